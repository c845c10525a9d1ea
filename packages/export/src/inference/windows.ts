import type { Attributes, OutputSpec, Value } from '../graph.js';
import {
  at,
  forOps,
  intOf,
  intsOf,
  known,
  type Signature,
  type Signatures,
  sameType,
} from './signature.js';

/** Convolutions, pools and what else works on [N, C, ...] pictures of any number of axes. */

const windowAttributes = {
  auto_pad: 'string',
  dilations: 'ints',
  group: 'int',
  kernel_shape: 'ints',
  pads: 'ints',
  strides: 'ints',
} as const;

/** Batch, channels, and the sizes that windows go over. */
function partsOf({ shape }: Value): { n: number; c: number; spatial: readonly number[] } {
  const [n, c, ...spatial] = shape;
  if (n === undefined || c === undefined || spatial.length === 0) {
    throw new Error(`expected [N, C, ...], got [${shape}]`);
  }
  return { n, c, spatial };
}

/** A list of the attribute, one number for each axis that windows go over. */
function perAxis(attributes: Attributes, name: string, count: number): readonly number[] {
  const list = intsOf(attributes, name);
  if (list?.length !== count) throw new Error(`expected ${count} ${name}, got ${list ?? 'none'}`);
  return list;
}

/** Places that windows have along each axis. */
function placesOf(spatial: readonly number[], attributes: Attributes): number[] {
  const rank = spatial.length;
  const [kernel, strides, dilations] = ['kernel_shape', 'strides', 'dilations'].map((name) =>
    name === 'dilations' && !attributes[name]
      ? Array(rank).fill(1)
      : perAxis(attributes, name, rank),
  ) as [number[], number[], number[]];
  const pads = perAxis(attributes, 'pads', 2 * rank);
  const round = intOf(attributes, 'ceil_mode', 0) === 1 ? Math.ceil : Math.floor;
  return spatial.map((size, i) => {
    const span = ((kernel[i] as number) - 1) * (dilations[i] as number) + 1;
    const room = size + (pads[i] as number) + (pads[i + rank] as number) - span;
    return round(room / (strides[i] as number)) + 1;
  });
}

const conv: Signature = {
  attributes: windowAttributes,
  infer: (inputs, attributes): OutputSpec => {
    const { n, c, spatial } = partsOf(at(inputs, 0));
    const [m, perGroup, ...kernel] = at(inputs, 1).shape;
    const group = intOf(attributes, 'group', 1);
    if (m === undefined || perGroup === undefined || perGroup * group !== c) {
      throw new Error(
        `expected a filter for ${c} channels in ${group} groups, got [${at(inputs, 1).shape}]`,
      );
    }
    if (String(kernel) !== String(attributes['kernel_shape'])) {
      throw new Error(`expected the kernel_shape [${kernel}], got [${attributes['kernel_shape']}]`);
    }
    return { shape: [n, m, ...placesOf(spatial, attributes)], dtype: sameType(inputs) };
  },
};

const convTranspose: Signature = {
  attributes: { ...windowAttributes, output_padding: 'ints' },
  infer: (inputs, attributes): OutputSpec => {
    const { n, c, spatial } = partsOf(at(inputs, 0));
    const [channels, perGroup, ...kernel] = at(inputs, 1).shape;
    const rank = spatial.length;
    if (channels !== c)
      throw new Error(`expected a filter of ${c} inputs, got [${at(inputs, 1).shape}]`);
    const [strides, dilations] = ['strides', 'dilations'].map((name) =>
      perAxis(attributes, name, rank),
    );
    const pads = perAxis(attributes, 'pads', 2 * rank);
    const added = intsOf(attributes, 'output_padding');
    const sizes = spatial.map((size, i) => {
      const span = ((kernel[i] as number) - 1) * (dilations?.[i] as number) + 1;
      const whole = (size - 1) * (strides?.[i] as number) + span + (added?.[i] ?? 0);
      return whole - (pads[i] as number) - (pads[i + rank] as number);
    });
    const group = intOf(attributes, 'group', 1);
    return { shape: [n, (perGroup as number) * group, ...sizes], dtype: sameType(inputs) };
  },
};

const pool = (attributes: Signature['attributes']): Signature => ({
  attributes: {
    auto_pad: 'string',
    kernel_shape: 'ints',
    pads: 'ints',
    strides: 'ints',
    ceil_mode: 'int',
    ...attributes,
  },
  infer: (inputs, given): OutputSpec => {
    const { n, c, spatial } = partsOf(at(inputs, 0));
    return { shape: [n, c, ...placesOf(spatial, given)], dtype: at(inputs, 0).dtype };
  },
});

const overAll: Signature = {
  attributes: {},
  infer: (inputs) => {
    const { n, c, spatial } = partsOf(at(inputs, 0));
    return { shape: [n, c, ...spatial.map(() => 1)], dtype: at(inputs, 0).dtype };
  },
};

/** x, and vectors of one number for each channel. */
const normalization = (attributes: Signature['attributes']): Signature => ({
  attributes,
  infer: (inputs) => {
    const { c } = partsOf(at(inputs, 0));
    const vectors = inputs.slice(1);
    if (vectors.some(({ shape }) => String(shape) !== String(c))) {
      throw new Error(
        `expected vectors of ${c}, got ${vectors.map(({ shape }) => `[${shape}]`).join()}`,
      );
    }
    return { shape: at(inputs, 0).shape, dtype: at(inputs, 0).dtype };
  },
});

/** x, an unused region, scales, sizes: one of the last two is given, the other empty. */
const resize: Signature = {
  attributes: {
    coordinate_transformation_mode: 'string',
    cubic_coeff_a: 'float',
    exclude_outside: 'int',
    extrapolation_value: 'float',
    mode: 'string',
    nearest_mode: 'string',
  },
  infer: (inputs) => {
    const { shape, dtype } = at(inputs, 0);
    const scales = known(inputs, 2);
    const sizes = inputs[3]
      ? known(inputs, 3)
      : shape.map((size, i) => Math.floor(size * (scales[i] as number)));
    if (sizes.length !== shape.length)
      throw new Error(`expected ${shape.length} sizes, got ${sizes.length}`);
    return { shape: sizes, dtype };
  },
};

export const windows: Signatures = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool({ dilations: 'ints', storage_order: 'int' }),
  AveragePool: pool({ count_include_pad: 'int' }),
  ...forOps(['GlobalAveragePool', 'GlobalMaxPool'], overAll),
  BatchNormalization: normalization({ epsilon: 'float', momentum: 'float', training_mode: 'int' }),
  InstanceNormalization: normalization({ epsilon: 'float' }),
  Resize: resize,
};
