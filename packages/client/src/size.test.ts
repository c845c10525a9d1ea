import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

const maxBytes = 12_000;

/** Bundle an entry as an application does, onnxruntime-web left out: its files' code by name. */
async function bundle(entry: string): Promise<Map<string, string>> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es', rolldownOptions: { external: [/^onnxruntime-web/] } },
    build: {
      write: false,
      lib: { entry: join(import.meta.dirname, `${entry}.ts`), formats: ['es'], fileName: entry },
      rolldownOptions: { external: [/^onnxruntime-web/] },
    },
  });
  const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
  return new Map(
    outputs.map((file) => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]),
  );
}

describe.each([
  // The second file is the worker's.
  { entry: 'local', fileCount: 2 },
  { entry: 'remote', fileCount: 1 },
])('@ganvas/client/$entry', ({ entry, fileCount }) => {
  it(`is at most ${maxBytes} bytes gzipped with all that it loads, onnxruntime-web apart`, async () => {
    const files = await bundle(entry);
    const sizes = [...files.values()].map((code) => gzipSync(code, { level: 9 }).length);
    const size = sizes.reduce((sum, each) => sum + each, 0);
    expect(files.size).toBe(fileCount);
    // Less would mean that something is missing from the bundle.
    expect(size).toBeGreaterThan(3000);
    expect(size).toBeLessThanOrEqual(maxBytes);
  });

  it('holds neither TensorFlow.js nor anything of Node', async () => {
    const code = [...(await bundle(entry)).values()].join('\n');
    expect(code).not.toMatch(/tensorflow|tfjs|node:|\brequire\(|process\.(env|versions)/i);
  });
});
