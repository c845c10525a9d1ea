import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { modelRepository } from './models.js';

/** A model among static files. */
interface ReplacedModel {
  /** Address of its manifest. */
  readonly url: string;
  /** How often its file was sent. */
  sent(): number;
  stop(): Promise<void>;
}

/**
 * Serve a model whose file is replaced once it was fetched: the first bytes are not those of the
 * manifest, the next are, and a browser may keep either for ever.
 */
export async function serveReplacedModel(): Promise<ReplacedModel> {
  const dir = join(modelRepository, 'mnist');
  const manifest = await readFile(join(dir, 'ganvas.json'), 'utf8');
  const { file } = JSON.parse(manifest).variants[0] as { file: string };
  const bytes = await readFile(join(dir, file));
  let sent = 0;
  const server = createServer((request, response) => {
    const isModel = request.url?.includes('.onnx');
    const cache = isModel ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.writeHead(200, { 'access-control-allow-origin': '*', 'cache-control': cache });
    if (isModel) response.end(sent++ === 0 ? bytes.map((byte) => ~byte) : bytes);
    else response.end(manifest);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/ganvas.json`,
    sent: () => sent,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
