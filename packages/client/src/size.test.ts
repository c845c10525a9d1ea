import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';

/** What an application imports: all of an entry, or one name. */
interface Use {
  readonly entry: 'local' | 'remote';
  readonly name: string;
}

const script = join(import.meta.dirname, 'application.virtual.js');

/** The script of an application that uses only that. */
const application = ({ entry, name }: Use): Plugin => ({
  name: 'application',
  resolveId: (id) => (id === script ? id : undefined),
  load: (id) => (id === script ? `export ${name} from './${entry}.ts';` : undefined),
});

/** Bundle what an application uses, onnxruntime-web left out: its files' code by name. */
async function bundle(use: Use): Promise<Map<string, string>> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [application(use)],
    worker: { format: 'es', rolldownOptions: { external: [/^onnxruntime-web/] } },
    build: {
      write: false,
      lib: { entry: script, formats: ['es'], fileName: 'application' },
      rolldownOptions: { external: [/^onnxruntime-web/] },
    },
  });
  const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
  return new Map(
    outputs.map((file) => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]),
  );
}

const sizeOf = (files: ReadonlyMap<string, string>): number =>
  [...files.values()].reduce((sum, code) => sum + gzipSync(code, { level: 9 }).length, 0);

describe.each([
  // The second file is the worker's.
  { entry: 'local', name: '*', fileCount: 2, maxBytes: 14_000 },
  { entry: 'local', name: '{ createLocalSampler }', fileCount: 2, maxBytes: 13_750 },
  { entry: 'local', name: '{ createLocalTranslator }', fileCount: 2, maxBytes: 11_000 },
  { entry: 'remote', name: '*', fileCount: 1, maxBytes: 7_000 },
  { entry: 'remote', name: '{ createRemoteSampler }', fileCount: 1, maxBytes: 6_000 },
  { entry: 'remote', name: '{ createRemoteTranslator }', fileCount: 1, maxBytes: 4_500 },
] as const)('$name of @ganvas/client/$entry', ({ fileCount, maxBytes, ...use }) => {
  let files: ReadonlyMap<string, string>;
  beforeAll(async () => {
    files = await bundle(use);
  });

  it(`is at most ${maxBytes} bytes gzipped with all that it loads, onnxruntime-web apart`, () => {
    const size = sizeOf(files);
    expect(files.size).toBe(fileCount);
    // Less would mean that something is missing from the bundle.
    expect(size).toBeGreaterThan(maxBytes / 2);
    expect(size).toBeLessThanOrEqual(maxBytes);
  });

  it('holds neither TensorFlow.js nor anything of Node', () => {
    const code = [...files.values()].join('\n');
    expect(code).not.toMatch(/tensorflow|tfjs|node:|\brequire\(|process\.(env|versions)/i);
  });
});
