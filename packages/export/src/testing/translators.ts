import * as tf from '@tensorflow/tfjs-core';

/** Small functions of what translators are made of, `[N, H, W, 3]` to a picture. */

/** Fixed numbers of about unit size, in steps that no two kernels share. */
export const numbers = (count: number, salt: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 7.13 + salt * 1.7));

/** Fixed weights that keep the size of what they multiply. */
function weights(shape: number[], salt: number): tf.Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const inputs = count / (shape.at(-1) as number);
  return tf.tensor(
    numbers(count, salt).map((x) => x / Math.sqrt(inputs)),
    shape,
  );
}
export const filter = (...shape: [number, number, number, number]): tf.Tensor4D =>
  weights(shape, shape[2] + 3 * shape[3]) as tf.Tensor4D;

export type Picture = tf.Tensor4D;

/** (x - mean) / deviation * gain + bias over the pixels of each channel. */
export function instanceNorm(x: tf.Tensor): Picture {
  const { mean, variance } = tf.moments(x, [1, 2], true);
  const channels = x.shape[3] as number;
  const gain = tf.add(weights([channels], 1), 1);
  const factor = tf.mul(tf.rsqrt(tf.add(variance, 1e-5)), gain);
  return tf.add(tf.mul(tf.sub(x, mean), factor), weights([channels], 2)) as Picture;
}

/** A transposed convolution that doubles both sides. */
function doubled(x: Picture, size: number, channels: number): Picture {
  const [n, h, w, c] = x.shape;
  const kernel = filter(size, size, channels, c);
  return tf.conv2dTranspose(x, kernel, [n, 2 * h, 2 * w, channels], 2, 'same');
}

export function unet(source: Picture): tf.Tensor {
  const first = tf.conv2d(source, filter(4, 4, 3, 4), 2, 'same');
  const second = instanceNorm(tf.conv2d(tf.leakyRelu(first), filter(4, 4, 4, 6), 2, 'same'));
  const inner = instanceNorm(doubled(tf.relu(second), 4, 4));
  const kept = tf.mul(inner, tf.ones([1, 1, 1, 1])) as Picture;
  const joined = tf.concat([kept, first], 3);
  return tf.tanh(tf.add(doubled(tf.relu(joined), 4, 3), weights([3], 5)));
}

const reflected = (x: Picture, by: number): Picture => {
  const sides: [number, number] = [by, by];
  return tf.mirrorPad(x, [[0, 0], sides, sides, [0, 0]], 'reflect');
};

export function resnet(source: Picture): tf.Tensor {
  const first = tf.conv2d(reflected(source, 3), filter(7, 7, 3, 4), 1, 'valid');
  const small = tf.conv2d(tf.relu(instanceNorm(first)), filter(3, 3, 4, 6), 2, 'same');
  const body = instanceNorm(tf.conv2d(reflected(small, 1), filter(3, 3, 6, 6), 1, 'valid'));
  const large = doubled(tf.relu(tf.add(small, body)), 3, 4);
  return tf.tanh(tf.conv2d(reflected(large, 3), filter(7, 7, 4, 3), 1, 'valid'));
}

/** Convolutions with the running statistics of a batch norm behind them. */
export function batchNormed(x: Picture): tf.Tensor {
  const norm = (y: tf.Tensor): Picture => {
    const channels = y.shape[3] as number;
    const factor = tf.add(weights([channels], 1), 1);
    return tf.add(
      tf.mul(tf.sub(y, weights([channels], 2)), factor),
      weights([channels], 3),
    ) as Picture;
  };
  const down = norm(tf.add(tf.conv2d(x, filter(4, 4, 3, 4), 2, 'same'), weights([4], 6)));
  return norm(doubled(tf.relu(down), 4, 3));
}

export const upsampled = (x: Picture): Picture => {
  const [, h, w] = x.shape;
  return tf.conv2d(
    tf.image.resizeNearestNeighbor(x, [2 * h, 2 * w]),
    filter(3, 3, 3, 3),
    1,
    'same',
  );
};

export const shuffled = (x: Picture): tf.Tensor =>
  tf.depthToSpace(tf.conv2d(x, filter(3, 3, 3, 12), 1, 'same'), 2, 'NHWC');

export const smoothed = (x: Picture): tf.Tensor => {
  const [, h, w] = x.shape;
  return tf.image.resizeBilinear(tf.avgPool(x, 2, 2, 'same'), [h, w], false, true);
};

/** Each channel by a number that follows from the means of all. */
export const gated = (x: Picture): tf.Tensor => {
  const means = tf.mean(x, [1, 2]) as tf.Tensor2D;
  const gate = tf.sigmoid(tf.matMul(means, weights([3, 3], 4) as tf.Tensor2D));
  return tf.mul(x, tf.reshape(gate, [-1, 1, 1, 3]));
};

/** Each pixel as a mean of all, by how alike they are. */
export const attentive = (x: Picture): tf.Tensor => {
  const [n, h, w, c] = x.shape;
  const pixels = tf.reshape(x, [n, h * w, c]);
  const alike = tf.softmax(tf.matMul(pixels, pixels, false, true));
  return tf.reshape(tf.matMul(alike, pixels), [n, h, w, c]);
};

/** The picture without its frame, and a frame of zeros. */
export const framed = (x: Picture): tf.Tensor => {
  const [, h, w] = x.shape;
  const inner = tf.slice(x, [0, 1, 2, 0], [-1, h - 2, w - 4, -1]);
  return tf.pad(inner, [
    [0, 0],
    [1, 1],
    [2, 2],
    [0, 0],
  ]);
};

/** Two more channels: ones, and the first number of the picture everywhere. */
export const marked = (x: Picture): tf.Tensor => {
  const [, h, w] = x.shape;
  const corner = tf.slice(x, [0, 0, 0, 0], [-1, 1, 1, 1]);
  const ones = tf.onesLike(tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 1]));
  return tf.concat([x, ones, tf.tile(corner, [1, h, w, 1])] as Picture[], 3);
};

export const turned = (x: Picture): tf.Tensor =>
  tf.stridedSlice(
    tf.reverse(tf.transpose(x, [0, 2, 1, 3]), 1),
    [0, 0, 0, 0],
    [1e9, 1e9, 1e9, 3],
    [1, 2, 2, 1],
  );
