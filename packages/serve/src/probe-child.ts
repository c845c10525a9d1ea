/**
 * The entry of a child process that runs one tiny model on the device that it is asked for: a
 * provider that is at odds with the machine may end the whole process.
 */
import { type NodeDevice, reasonOf } from '@ganvas/core';
import { loadRuntime } from './runtime.js';

/** `y = x + x`, float32 `[1, 4]`, opset 17. */
const model = Buffer.from(
  'CAg6QQoOCgF4CgF4EgF5IgNBZGQSBXByb2JlWhMKAXgSDgoMCAESCAoCCAEKAggEYhMKAXkSDgoMCAESCAoCCAEKAggEQgQKABAR',
  'base64',
);

/** What is wrong, or undefined if the device computed what it should. */
export type ProbeReply = { readonly reason: string | undefined };

async function probe(device: NodeDevice): Promise<string | undefined> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(model, {
    executionProviders: [device],
    // Without this a device that refuses an operator leaves it to the CPU and seems to work.
    ...(device !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  });
  const x = new Tensor('float32', Float32Array.of(1, 2, 3, 4), [1, 4]);
  const { y } = await session.run({ x });
  const sum = String(y?.data);
  return sum === '2,4,6,8' ? undefined : `expected 1 2 3 4 doubled, got ${sum}`;
}

const reply = (reason: string | undefined): void => {
  // Some providers end the process when it tidies up: the answer is out before that.
  process.send?.({ reason }, () => process.exit(0));
};

process.on('disconnect', () => process.exit(0));
process.once('message', (device: NodeDevice) => {
  probe(device).then(reply, (error: unknown) => reply(reasonOf(error)));
});
