// The recipe `pix2pix` of @ganvas/train as it is: 256 x 256, U-Net of 64 to 512 channels, PatchGAN of 70 pixels,
// instance norm, batch 1. Its other side: ../torch/ganvas_pix2pix.py.
import { buildTraining, recipes } from '@ganvas/train';
import { createSource, quickUniforms } from '../random.mjs';

export function build({ batchSize }) {
  const { generator, adversarial, patch, norm, size, ...recipe } = recipes.pix2pix;
  const { baseChannels, discriminatorChannels } = recipe;
  const source = { channels: 3, encoding: 'picture' };
  const networks = { generator, adversarial, patch, norm, baseChannels, discriminatorChannels };
  const { steps } = buildTraining({
    recipe: 'pix2pix',
    data: 'pairs:none',
    classes: null,
    width: size,
    height: size,
    channels: 3,
    batchSize,
    seed: 0,
    translator: { source, scale: 1, ...networks },
  });
  const random = createSource(1);
  const masks = Object.entries(steps.train.inputs).filter(([name]) => name.startsWith('mask_'));
  const pixels = (seed) => quickUniforms(batchSize * size * size * 3, seed);
  const [given, target] = [pixels(2), pixels(3)];
  // Half of the numbers are dropped, the others doubled.
  const drawMask = ({ shape }) =>
    random.uniforms(shape.reduce((a, b) => a * b, 1)).map((x) => (x < 0.5 ? 0 : 2));
  return {
    steps: { train: steps.train },
    draw: {
      train: () => ({
        source: given,
        target,
        learningRate: Float32Array.of(recipe.learningRate),
        ...Object.fromEntries(masks.map(([name, spec]) => [name, drawMask(spec)])),
      }),
    },
  };
}
