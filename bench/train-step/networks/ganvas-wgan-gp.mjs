// The recipe `wgan-gp` of @ganvas/train on MNIST's size, conditional.
import { buildGan, recipes } from '@ganvas/train';
import { createSource, quickUniforms } from '../random.mjs';

const size = { height: 28, width: 28, channels: 1 };

export function build({ batchSize }) {
  const recipe = recipes['wgan-gp'];
  const { latentSize, baseChannels } = recipe;
  const shape = { ...size, latentSize, baseChannels, classCount: 10 };
  const gan = buildGan(shape, recipe, { seed: 0, batchSize, sampleCount: 1 });
  const source = createSource(1);
  const real = quickUniforms(batchSize * size.height * size.width * size.channels, 2);
  const label = Int32Array.from({ length: batchSize }, (_, i) => i % 10);
  const drawn = () => ({
    z: source.normals(batchSize * latentSize),
    label,
    learningRate: Float32Array.of(1e-4),
  });
  return {
    steps: { critic: gan.steps.critic, generator: gan.steps.generator },
    draw: {
      critic: () => ({ ...drawn(), real, mix: source.uniforms(batchSize) }),
      generator: () => ({ ...drawn(), averageDecay: Float32Array.of(0.99) }),
    },
  };
}
