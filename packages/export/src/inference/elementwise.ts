import {
  type Attributes,
  type ElementType,
  elementTypes,
  type OutputSpec,
  type Value,
} from '../graph.js';
import {
  type AttributeType,
  at,
  axisOf,
  broadcast,
  forOps,
  intOf,
  type Signature,
  type Signatures,
  sameType,
} from './signature.js';

const none = {} as const;

/** One operand, whose shape and dtype the result has. */
const likeInput = (attributes: Readonly<Record<string, AttributeType>> = none): Signature => ({
  attributes,
  infer: (inputs) => ({ shape: at(inputs, 0).shape, dtype: at(inputs, 0).dtype }),
});

const floats = likeInput();
const requireFloat = (inputs: readonly Value[]): void => {
  const { dtype } = at(inputs, 0);
  if (dtype !== 'float32') throw new Error(`expected float32, got ${dtype}`);
};

/** One float32 operand. */
const floatOnly = (attributes: Readonly<Record<string, AttributeType>> = none): Signature => ({
  attributes,
  infer: (inputs, given) => {
    requireFloat(inputs);
    return floats.infer(inputs, given);
  },
});

/** Operands of one dtype, repeated to one shape. */
const combined = (dtype?: ElementType, required?: ElementType): Signature => ({
  attributes: none,
  infer: (inputs) => {
    const type = sameType(inputs);
    if (required && type !== required) throw new Error(`expected ${required}, got ${type}`);
    return { shape: broadcast(inputs.map(({ shape }) => shape)), dtype: dtype ?? type };
  },
});

const where: Signature = {
  attributes: none,
  infer: (inputs) => {
    const [condition, ...choices] = inputs;
    if (condition?.dtype !== 'bool') throw new Error(`expected bool, got ${condition?.dtype}`);
    return { shape: broadcast(inputs.map(({ shape }) => shape)), dtype: sameType(choices) };
  },
};

const castTo = (code: number): ElementType => {
  const found = Object.entries(elementTypes).find(([, type]) => type === code);
  if (!found) throw new Error(`expected the code of an element type, got ${code}`);
  return found[0] as ElementType;
};

const cast: Signature = {
  attributes: { to: 'int' },
  infer: (inputs, attributes) => ({
    shape: at(inputs, 0).shape,
    dtype: castTo(intOf(attributes, 'to', 0)),
  }),
};

/** Along one axis that must be there. */
const along = (attributes: Readonly<Record<string, AttributeType>>): Signature => ({
  attributes,
  infer: (inputs, given: Attributes): OutputSpec => {
    requireFloat(inputs);
    const { shape, dtype } = at(inputs, 0);
    axisOf(intOf(given, 'axis', -1), shape.length);
    return { shape, dtype };
  },
});

const cumulative: Signature = {
  attributes: { exclusive: 'int', reverse: 'int' },
  infer: (inputs) => {
    const { shape, dtype } = at(inputs, 0);
    axisOf(Number(at(inputs, 1).data?.[0] ?? Number.NaN), shape.length);
    return { shape, dtype };
  },
};

export const elementwise: Signatures = {
  ...forOps(
    [
      ...['Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Erf', 'Exp'],
      ...['Floor', 'HardSwish', 'Log', 'Reciprocal', 'Round', 'Sigmoid', 'Sin', 'Sinh', 'Softplus'],
      ...['Softsign', 'Sqrt', 'Tan', 'Tanh'],
    ],
    floatOnly(),
  ),
  ...forOps(['Abs', 'Identity', 'Neg', 'Relu', 'Sign'], likeInput()),
  ...forOps(['Elu', 'LeakyRelu', 'Celu', 'ThresholdedRelu'], floatOnly({ alpha: 'float' })),
  HardSigmoid: floatOnly({ alpha: 'float', beta: 'float' }),
  Selu: floatOnly({ alpha: 'float', gamma: 'float' }),
  LRN: floatOnly({ alpha: 'float', beta: 'float', bias: 'float', size: 'int' }),
  /** x, min, max: scalars. */
  Clip: {
    attributes: none,
    infer: (inputs) => {
      if (inputs.slice(1).some(({ shape }) => shape.length > 0))
        throw new Error('expected scalars');
      return { shape: at(inputs, 0).shape, dtype: sameType(inputs) };
    },
  },
  ...forOps(['Softmax', 'LogSoftmax'], along({ axis: 'int' })),
  CumSum: cumulative,
  ...forOps(['Add', 'Div', 'Max', 'Min', 'Mul', 'PRelu', 'Pow', 'Sub'], combined()),
  Mod: { ...combined(), attributes: { fmod: 'int' } },
  ...forOps(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'], combined('bool')),
  ...forOps(['And', 'Or', 'Xor', 'Not'], combined('bool', 'bool')),
  IsNaN: { attributes: none, infer: (inputs) => ({ shape: at(inputs, 0).shape, dtype: 'bool' }) },
  IsInf: {
    attributes: { detect_negative: 'int', detect_positive: 'int' },
    infer: (inputs) => ({ shape: at(inputs, 0).shape, dtype: 'bool' }),
  },
  Where: where,
  Cast: cast,
};
