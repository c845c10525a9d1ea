// The networks that are timed, by name: steps in one iteration, repeats of a step in one round, pictures
// of a batch, and the share of PyTorch's time that is aimed at.
export const networks = {
  'ganvas-wgan-gp': { iteration: { critic: 5, generator: 1 }, repeats: 5, batchSize: 64 },
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
