// @ts-check
// Writes each file of the built page once more as Brotli, for servers that send such files as they lie.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const dist = join(import.meta.dirname, '../packages/playground/dist');
const compress = promisify(brotliCompress);

/** @param {string} file */
async function compressFile(file) {
  const bytes = await readFile(file);
  const params = {
    // Makes 4.7 MB of onnxruntime's 27 in a few seconds; higher takes many times as long.
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await writeFile(`${file}.br`, await compress(bytes, { params }));
}

const entries = await readdir(dist, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.br'));
await Promise.all(files.map(({ parentPath, name }) => compressFile(join(parentPath, name))));
