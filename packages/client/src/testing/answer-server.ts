import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AnswerServer {
  /** Without a slash at the end. */
  readonly url: string;
  close(): void;
}

/** Answer on a free port of this machine. */
export async function startAnswerServer(listener: RequestListener): Promise<AnswerServer> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
