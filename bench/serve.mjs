/**
 * Measure the server on this machine: `node bench/serve.mjs [--models <repository>] [--seconds 10]`.
 * Clients run in a process of their own, over loopback, so that only the server's loop is measured.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const warmUps = 50;
const sequential = 500;
const concurrency = 64;

const quantile = (values, q) =>
  values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))];
const print = (text = '') => process.stdout.write(`${text}\n`);
const ms = (value) => `${value.toFixed(2)} ms`;

/** One request, read to its end: milliseconds as the client sees them, and Server-Timing's. */
async function request(url, agent) {
  const start = performance.now();
  const [response] = await once(get(url, { agent }), 'response');
  for await (const _ of response);
  const wallMs = performance.now() - start;
  if (response.statusCode !== 200)
    throw new Error(`${url}: expected 200, got ${response.statusCode}`);
  const timing = Object.fromEntries(
    [...response.headers['server-timing'].matchAll(/(\w+);dur=([\d.]+)/g)].map(([, name, dur]) => [
      name,
      +dur,
    ]),
  );
  return { wallMs, timing };
}

async function runSequential({ url }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const results = [];
  for (let i = 0; i < warmUps + sequential; i++) {
    results.push(await request(`${url}/generate?label=${i % 10}&seed=${i}`, agent));
  }
  agent.destroy();
  return results.slice(warmUps);
}

async function runSaturated({ url, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const end = performance.now() + seconds * 1000;
  const results = [];
  let seed = 0;
  const client = async () => {
    while (performance.now() < end) {
      results.push(await request(`${url}/generate?label=${seed % 10}&seed=${seed++}`, agent));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  agent.destroy();
  return results;
}

const loads = { sequential: runSequential, saturated: runSaturated };

/** In a child: make the load that is asked for and report every request. */
function serveLoads() {
  process.on('message', async ({ load, ...options }) => process.send(await loads[load](options)));
  process.on('disconnect', () => process.exit());
}

async function ask(child, message) {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the clients ended early');
  });
  child.send(message);
  const [results] = await Promise.race([once(child, 'message'), ended]);
  return results;
}

function sequentialRows(results) {
  const outside = ({ wallMs, timing }) => wallMs - timing.infer - timing.encode;
  const inside = ({ timing }) => timing.total - timing.infer - timing.encode;
  const row = (name, values) => [name, ms(quantile(values, 0.5)), ms(quantile(values, 0.99))];
  return [
    row(
      'client sees',
      results.map(({ wallMs }) => wallMs),
    ),
    row(
      'inference',
      results.map(({ timing }) => timing.infer),
    ),
    row(
      'encoding',
      results.map(({ timing }) => timing.encode),
    ),
    row('outside both, client sees (median <= 3 ms)', results.map(outside)),
    row('outside both, server only', results.map(inside)),
  ];
}

const printTable = (header, rows) => {
  for (const cells of [header, header.map(() => '---'), ...rows]) print(`| ${cells.join(' | ')} |`);
  print();
};

async function measure({ models, seconds, children }) {
  const { startServer } = await import('@ganvas/serve');
  const server = await startServer({ repository: models, port: 0, ...(children && { children }) });
  const child = fork(fileURLToPath(import.meta.url), ['clients'], { serialization: 'advanced' });
  const url = `http://127.0.0.1:${server.port}`;
  try {
    print(
      `${cpus()[0].model}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    );
    print(
      `Node ${process.version}, ${server.models[0].manifest.name}, ${server.pids.length} child process(es)\n`,
    );
    const single = await ask(child, { load: 'sequential', url });
    printTable(
      [`one at a time, ${single.length} requests`, 'median', 'p99'],
      sequentialRows(single),
    );

    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    const many = await ask(child, { load: 'saturated', url, seconds });
    const elapsed = (performance.now() - start) / 1000;
    delay.disable();
    const waits = many.map(({ wallMs }) => wallMs);
    printTable(
      [`${concurrency} at a time, ${elapsed.toFixed(1)} s`, 'value'],
      [
        ['requests/s', (many.length / elapsed).toFixed(0)],
        ['client sees, median', ms(quantile(waits, 0.5))],
        ['client sees, p99', ms(quantile(waits, 0.99))],
        ['event-loop delay, median', ms(delay.percentile(50) / 1e6)],
        ['event-loop delay, p99 (<= 10 ms)', ms(delay.percentile(99) / 1e6)],
        ['event-loop delay, largest', ms(delay.max / 1e6)],
      ],
    );
  } finally {
    child.disconnect();
    await server.stop();
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    models: { type: 'string', default: fileURLToPath(new URL('../models', import.meta.url)) },
    seconds: { type: 'string', default: '10' },
    children: { type: 'string' },
  },
});

if (positionals[0] === 'clients') serveLoads();
else
  await measure({
    models: values.models,
    seconds: Number(values.seconds),
    children: Number(values.children),
  });
