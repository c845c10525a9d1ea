// @ts-check
// Which package may import which: those of its row and no others.
/** @type {Record<string, string[]>} */
const mayImport = {
  core: [],
  gradients: [],
  export: ['core', 'gradients'],
  train: ['core', 'gradients', 'export'],
  serve: ['core'],
  client: ['core'],
  playground: ['core', 'client'],
  cli: ['core', 'export', 'train', 'serve', 'client'],
};

// These run, or are bundled, where there is no Node.
const runsAnywhere = ['core', 'client', 'playground'];

// These must stay small: no training code, so no tfjs.
const withoutTfjs = ['core', 'serve', 'client', 'playground', 'cli'];

const all = Object.keys(mayImport);
/** @param {string[]} names */
const inPackages = (names) => `^packages/(?:${names.join('|')})/`;
// Tests, and what only they use; neither ships.
const test = '([.]test[.]ts|/src/testing/[^/]+)$';

// An import of a path, not of the name of a package in this workspace.
const byPath = { dependencyTypes: ['local'], dependencyTypesNot: ['aliased-workspace'] };

const direction = Object.entries(mayImport).map(([name, others]) => ({
  name: `${name}-may-import-only-${others.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: inPackages([name]) },
  to: {
    path: inPackages(all.filter((other) => other !== name && !others.includes(other))),
  },
}));

export default {
  forbidden: [
    ...direction,
    {
      name: 'no-cycle',
      severity: 'error',
      from: { path: '^(packages|test|scripts)/' },
      to: { circular: true },
    },
    {
      name: 'no-deep-import',
      comment: 'another package is imported by its name, never by a path into its folder',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', ...byPath },
    },
    {
      name: 'no-deep-import-from-outside',
      comment: 'tests, examples and scripts import a package by its name',
      severity: 'error',
      from: { pathNot: '^packages/' },
      to: { path: '^packages/', ...byPath },
    },
    {
      name: 'no-unresolvable',
      comment: 'the file does not exist, or the package does not export it',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-node-where-there-is-none',
      severity: 'error',
      from: { path: inPackages(runsAnywhere), pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-tfjs-outside-training',
      severity: 'error',
      from: { path: inPackages(withoutTfjs) },
      to: { path: 'node_modules/@tensorflow/' },
    },
    {
      name: 'nothing-imports-a-test',
      severity: 'error',
      from: { pathNot: test },
      to: { path: test },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
