// A process that serves the repository it is given, as a command would: for tests of signals.
import { startServer } from '../../dist/index.js';

let exits = 0;
const server = await startServer({
  repository: process.argv[2],
  port: 0,
  device: 'cpu',
  children: 1,
  onEvent: ({ type }) => {
    if (type === 'exited') exits++;
  },
});
process.once('SIGTERM', async () => {
  await server.stop();
  process.send({ exits }, () => process.disconnect());
});
process.send({ url: server.url, pids: server.pids });
