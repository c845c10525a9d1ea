import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeviceChoice } from '@ganvas/core';
import {
  type ChildEvent,
  type RunningServer,
  type ServerOptions,
  serveDefaults,
  startServer,
} from '@ganvas/serve';
import { type Command, Option } from 'commander';
import { deviceOption } from '../devices.js';
import { withInterrupt } from '../interrupt.js';
import { integer } from '../numbers.js';
import { note, print, printJson } from '../output.js';
import { playgroundDir } from '../playground.js';

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly device: DeviceChoice;
  readonly workers?: number;
  readonly threads: number;
  readonly maxImages: number;
  readonly maxQueueSize: number;
  readonly maxBodyBytes: number;
  readonly maxUploadBytes: number;
  readonly maxPixels: number;
  readonly corsOrigins?: string;
  readonly exitTimeoutMs: number;
  readonly json: boolean;
}

const describeEvent = (event: ChildEvent): string => {
  if (event.type === 'exited') {
    return `worker ${event.pid} ended: ${event.reason}; another starts in ${event.restartMs} ms`;
  }
  const devices = Object.entries(event.devices).map(([model, device]) => `${model} on ${device}`);
  return `worker ${event.pid} is ready: ${devices.join(', ')}`;
};

const toOrigins = (text: string): '*' | string[] =>
  text === '*' ? '*' : text.split(',').map((origin) => origin.trim());

function findPage(): Pick<ServerOptions, 'playgroundDir'> {
  if (existsSync(new URL('index.html', playgroundDir))) {
    return { playgroundDir: fileURLToPath(playgroundDir) };
  }
  note(
    'no playground page at /: it is not built ("npm run build" in the repository of Ganvas does)',
  );
  return {};
}

function toOptions(repository: string, flags: Flags): ServerOptions {
  const { workers, maxImages, corsOrigins, json: _, ...rest } = flags;
  return {
    ...rest,
    ...findPage(),
    ...(workers !== undefined && { children: workers }),
    ...(corsOrigins !== undefined && { corsOrigins: toOrigins(corsOrigins) }),
    repository,
    maxCount: maxImages,
    onEvent: (event) => note(describeEvent(event)),
    onError: (error, requestId) => note(`request ${requestId}: ${error.stack ?? error.message}`),
  };
}

function announce({ url, port, models, pids }: RunningServer, { json }: Flags): void {
  const names = models.map(({ manifest }) => manifest.name);
  if (json) printJson({ url, port, models: names, pids });
  else print(`serving ${names.join(', ')} at ${url}`);
}

const serve = (repository: string, flags: Flags): Promise<void> =>
  withInterrupt('finishing the requests in hand', async (signal) => {
    const server = await startServer(toOptions(repository, flags));
    announce(server, flags);
    if (!signal.aborted) await once(signal, 'abort');
    await server.stop();
  });

const flags = [
  new Option('--host <address>', 'address to listen on; 0.0.0.0 for all').default(
    serveDefaults.host,
  ),
  new Option('--port <n>', '0 takes any free port')
    .argParser(integer({ min: 0, max: 65_535 }))
    .default(serveDefaults.port),
  deviceOption(),
  new Option(
    '--workers <n>',
    'processes that draw (default: one per core but one, at least 1, at most 4)',
  ).argParser(integer({ min: 1, max: 1024 })),
  new Option('--threads <n>', 'threads within one operator, on the CPU, for each worker')
    .argParser(integer({ min: 1, max: 1024 }))
    .default(serveDefaults.threads),
  new Option('--max-images <n>', 'most images in one request')
    .argParser(integer({ min: 1 }))
    .default(serveDefaults.maxCount),
  new Option('--max-queue-size <n>', 'requests that may wait; those beyond get 503')
    .argParser(integer({ min: 0 }))
    .default(serveDefaults.maxQueueSize),
  new Option('--max-body-bytes <n>', "most bytes of a request's body")
    .argParser(integer({ min: 1 }))
    .default(serveDefaults.maxBodyBytes),
  new Option('--max-upload-bytes <n>', 'most bytes of a body with pictures to translate')
    .argParser(integer({ min: 1 }))
    .default(serveDefaults.maxUploadBytes),
  new Option('--max-pixels <n>', 'most pixels of a picture to translate, and of what is made of it')
    .argParser(integer({ min: 1 }))
    .default(serveDefaults.maxPixels),
  new Option(
    '--cors-origins <list>',
    'origins whose pages may call, with commas between, or * (default: none)',
  ),
  new Option('--exit-timeout-ms <n>', 'time for the requests in hand when it is stopped')
    .argParser(integer({ min: 0 }))
    .default(serveDefaults.exitTimeoutMs),
];

const toVariable = (option: Option): string =>
  `GANVAS_${option.name().toUpperCase().replaceAll('-', '_')}`;

export const define = (command: Command): Command => {
  command.argument('<repository>', 'a folder of models, <repository>/<name>/ganvas.json');
  for (const option of flags) command.addOption(option.env(toVariable(option)));
  return command.option('--json', 'print the address as one JSON object', false).action(serve);
};
