// The networks that are timed, by name: steps in one iteration, repeats of a step in one round, pictures
// of a batch, the share of PyTorch's time that is aimed at, and PyTorch's fastest variant.
//
// Variants, measured on two cores: OpenBLAS's own threads disturb oneDNN's where a batch is spread over
// cores (a generator step of `wgan-gp` takes 0.38 s with them, 0.15 s without), and are needed where the
// batch is one picture. Memory in channels-last order and the `foreach` form of Adam change CPU time by
// less than its noise, or (DCGAN in channels-last order) for the worse.
const alone = 'one-blas-thread';
export const networks = {
  'wgan-gp': {
    iteration: { critic: 5, generator: 1 },
    repeats: 5,
    batchSize: 64,
    goal: 0.4,
    variant: alone,
  },
  dcgan: { iteration: { both: 1 }, repeats: 1, batchSize: 64, goal: 0.6, variant: alone },
  pix2pix: { iteration: { both: 1 }, repeats: 1, batchSize: 1, goal: 0.6, variant: 'plain' },
  'ganvas-pix2pix': {
    iteration: { train: 1 },
    repeats: 1,
    batchSize: 1,
    goal: 0.6,
    variant: 'plain',
  },
  'ganvas-wgan-gp': {
    iteration: { critic: 5, generator: 1 },
    repeats: 5,
    batchSize: 64,
    variant: alone,
  },
};

/** The entry of a network, or an error that names all there are. */
export function networkOf(name) {
  const network = networks[name];
  if (!network) {
    throw new Error(`network: expected one of ${Object.keys(networks).join(', ')}, got "${name}"`);
  }
  return network;
}

/** Build a network: its steps, and functions that draw the numbers that they are fed. */
export async function buildNetwork(name, { batchSize = networkOf(name).batchSize } = {}) {
  const { build } = await import(`./${name}.mjs`);
  return build({ batchSize });
}
