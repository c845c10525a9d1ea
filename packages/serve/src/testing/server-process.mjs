// A process that serves the repository it is given, as a command would: for tests of signals.
import { startServer } from '../../dist/index.js';

const server = await startServer({
  repository: process.argv[2],
  port: 0,
  device: 'cpu',
  children: 1,
});
process.once('SIGTERM', async () => {
  await server.stop();
  process.disconnect();
});
process.send({ url: server.url, pids: server.pids });
