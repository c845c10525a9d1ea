// @ts-check
// `npm start`: on a fresh clone, install, build, and serve the bundled model with its page.
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { messageOf, root } from './process.mjs';
import { assertNode, installDependencies } from './setup.mjs';

try {
  assertNode();
  await installDependencies();
  await build();
} catch (error) {
  process.stderr.write(`npm start: ${messageOf(error)}\n`);
  process.exit(1);
}

process.on('exit', (status) => {
  if (status !== 0) process.stderr.write('flags go after two dashes: npm start -- --port 8081\n');
});

// In this process, not in one of its own, so that Ctrl-C reaches the server once and directly.
process.chdir(root);
process.argv.splice(1, 1, 'ganvas', 'serve', 'models');
await import(String(new URL('packages/cli/dist/main.js', pathToFileURL(root))));
