import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { compileDynamic } from './compile-dynamic.js';
import type { InputSpec, Tensors } from './trace.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const inputs = { x: { shape: [3], dtype: 'float32' } } as const;

/** Compile with functions and specifications as JavaScript may give them. */
const compiling = (fn: (inputs: Record<string, tf.Tensor>) => unknown, rest: object = {}) => {
  const options = { name: 'step', form: 'gather' as const, inputs, ...rest };
  return () => compile(fn as unknown as (inputs: Tensors) => Tensors, options);
};
const x = (fed: Record<string, tf.Tensor>): tf.Tensor => fed['x'] as tf.Tensor;

/** The line that this is called on. */
const line = (): number =>
  Number(/trace\.test\.ts:(\d+)/.exec(String(new Error('here').stack?.split('\n')[2]))?.[1]);

describe('trace of a function that reads a value', () => {
  it.each([
    ['dataSync', (t: tf.Tensor) => t.dataSync()],
    ['arraySync', (t: tf.Tensor) => t.arraySync()],
    ['print', (t: tf.Tensor) => t.print()],
    ['data, and does not wait', (t: tf.Tensor) => t.data()],
    ['array, and does not wait', (t: tf.Tensor) => t.array()],
    [
      'booleanMaskAsync, and does not wait',
      (t: tf.Tensor) => tf.booleanMaskAsync(t, tf.greater(t, 0)),
    ],
    ['whereAsync, and does not wait', (t: tf.Tensor) => tf.whereAsync(tf.greater(t, 0))],
  ])('by %s says so and what to do', (_, read) => {
    const reads = (fed: Record<string, tf.Tensor>) => {
      read(x(fed));
      return { y: tf.exp(x(fed)) };
    };
    expect(compiling(reads)).toThrow(
      /a tensor of shape \[3\] was read while .*: return the tensor and read it after the run, and choose by tf.where/,
    );
  });

  it('tells the line of the function, also below a layer of calls', () => {
    let read = 0;
    const reads = (fed: Record<string, tf.Tensor>) => ({
      y: tf.tidy(() => {
        read = line() + 1;
        const isLarge = (x(fed).dataSync()[0] as number) > 1;
        return isLarge ? tf.exp(x(fed)) : x(fed);
      }),
    });
    expect(compiling(reads)).toThrow(/read while/);
    expect(compiling(reads)).toThrow(new RegExp(`\\n {2}at .*trace\\.test\\.ts:${read}\\)?$`));
  });
});

describe('trace of a function that returns', () => {
  const asyncFn = async (fed: Record<string, tf.Tensor>) => ({ y: tf.exp(x(fed)) });
  it.each([
    ['a Promise', asyncFn, /expected tensors by name at once, got a Promise: .* cannot be async/],
    ['nothing', () => undefined, /expected tensors by name, got undefined: return them as \{ name/],
    ['a number', () => Number.NaN, /expected tensors by name, got NaN/],
    ['null', () => null, /expected tensors by name, got null/],
    ['a bare tensor', (fed: Record<string, tf.Tensor>) => tf.exp(x(fed)), /got a tensor: return/],
    [
      'a list',
      (fed: Record<string, tf.Tensor>) => [x(fed)],
      /expected tensors by name, got a list/,
    ],
    [
      'what is no tensor',
      () => ({ y: 3, z: null }),
      /"y": expected a tensor, got 3\n"z": .* got null/,
    ],
    [
      'a tensor disposed of',
      (fed: Record<string, tf.Tensor>) => {
        const y = tf.exp(x(fed));
        y.dispose();
        return { y };
      },
      /"y": expected a tensor, got a tensor disposed of/,
    ],
  ])('%s says what it expects', (_, fn, message) => {
    expect(compiling(fn)).toThrow(message);
  });
});

describe('trace with wrong inputs', () => {
  it.each([
    [[2, -1], 'float32', /input "x": expected a shape of whole numbers from 0, got \[2,-1\]/],
    [[1.5], 'float32', /got \[1.5\]/],
    ['3', 'float32', /got \[3\]/],
    [[2], 'float64', /input "x": expected the dtype float32, int32, int64, got float64/],
  ])('of shape %j and dtype %s is refused', (shape, dtype, message) => {
    const wrong = { x: { shape, dtype } } as unknown as Record<string, InputSpec>;
    expect(compiling((fed) => ({ y: tf.exp(x(fed)) }), { inputs: wrong })).toThrow(message);
  });

  it('names an input as state is named', () => {
    const w = tf.variable(tf.scalar(1));
    const twice = { state: { x: w, a: w, b: w } };
    expect(compiling((fed) => ({ y: tf.exp(x(fed)) }), twice)).toThrow(
      'trace: state "x": expected a name that no input has\n' +
        'state "a": expected each variable once, got that of "x"\n' +
        'state "b": expected each variable once, got that of "a"',
    );
    w.dispose();
    expect(compiling((fed) => ({ y: tf.exp(x(fed)) }), { state: { w } })).toThrow(
      'state "w": expected a variable that lives',
    );
  });
});

describe('trace of a function that changes state', () => {
  it('refuses another shape or dtype, and leaves the variable as it was', () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const widen = () => {
      w.assign(tf.tensor1d([1, 2, 3]));
      return { y: tf.exp(w) };
    };
    expect(compiling(widen, { state: { weights: w } })).toThrow(
      /state "weights": expected float32\[2\] to be assigned, got float32\[3\]: .*\n {2}at widen \(.*trace\.test\.ts:\d+\)$/,
    );
    const round = () => {
      w.assign(tf.cast(w, 'int32') as unknown as tf.Tensor1D);
      return { y: tf.exp(w) };
    };
    expect(compiling(round, { state: { weights: w } })).toThrow('got int32[2]');
    expect([...w.dataSync()]).toEqual([1, 2]);
    w.dispose();
  });

  it('refuses to lose a variable, and keeps it', () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const lose = () => {
      const y = tf.exp(w);
      w.dispose();
      return { y };
    };
    expect(compiling(lose, { state: { weights: w } })).toThrow(
      /state "weights": expected it to outlive the function, got it disposed of inside/,
    );
    expect(w.isDisposed).toBe(false);
    expect([...w.dataSync()]).toEqual([1, 2]);
    w.dispose();
  });

  it('has the methods of variables as they were afterwards', () => {
    const { assign, dispose } = tf.Variable.prototype;
    compiling((fed) => ({ y: tf.exp(x(fed)) }))();
    expect(compiling(() => undefined)).toThrow();
    expect(tf.Variable.prototype.assign).toBe(assign);
    expect(tf.Variable.prototype.dispose).toBe(dispose);
  });

  it('returns a variable of the state and does not dispose of it', () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const { model } = compiling(() => ({ y: w }), { state: { w } })();
    expect(model.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(w.isDisposed).toBe(false);
    w.dispose();
  });
});

describe('compile of a function that assigns what is not in the state', () => {
  it('finds the variable, by its name, with its numbers', () => {
    const count = tf.variable(tf.scalar(7), false, 'count');
    const add = (fed: Record<string, tf.Tensor>) => {
      count.assign(tf.add(count, 1) as tf.Scalar);
      return { y: tf.mul(x(fed), count) };
    };
    const { state, next, model } = compiling(add)();
    expect(Object.keys(state)).toEqual(['count']);
    expect(next).toEqual({ count: 'count:next' });
    expect(model.inputs.map(({ name }) => name).sort()).toEqual(['count', 'x']);
    expect(state['count']?.dataSync()[0]).toBe(7);
    count.dispose();
  });

  it('gives a variable one name in all functions, and another to each', () => {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const bump =
      (...variables: tf.Variable[]) =>
      () => {
        for (const each of variables) each.assign(tf.add(each, 1));
        return { y: tf.exp(a) };
      };
    const first = compiling(bump(a, b))();
    expect(Object.entries(first.state)).toEqual([
      ['step/variable 0', a],
      ['step/variable 1', b],
    ]);
    const second = compiling(bump(b), { name: 'other' })();
    expect(Object.entries(second.state)).toEqual([['step/variable 1', b]]);
    tf.dispose([a, b]);
  });

  it('gives names that no other variable has', () => {
    const [a, b, c] = [0, 1, 2].map((x) => tf.variable(tf.scalar(x)));
    const bump = (...variables: (tf.Variable | undefined)[]) =>
      compiling(
        () => {
          for (const each of variables) each?.assign(tf.add(each, 1));
          return { y: tf.exp(a as tf.Tensor) };
        },
        { name: 'bump' },
      );
    bump(a, b)();
    expect(Object.entries(bump(c, b)().state)).toEqual([
      ['bump/variable 0', c],
      ['bump/variable 1', b],
    ]);
    const named = tf.variable(tf.scalar(1), true, 'w');
    const change = () => {
      named.assign(tf.add(named, 1) as tf.Scalar);
      return { y: tf.exp(named) };
    };
    expect(compiling(change, { state: { w: a } })).toThrow(
      'step: expected no state or input called "w", as a variable is that the function assigns',
    );
    tf.dispose([a, b, c, named] as tf.Variable[]);
  });

  it('refuses variables that every call makes anew, and first values that follow from inputs', () => {
    const fresh = (fed: Record<string, tf.Tensor>) => {
      const w = tf.variable(tf.zeros([3]));
      w.assign(tf.add(w, x(fed)) as tf.Tensor1D);
      return { y: tf.exp(w) };
    };
    expect(compiling(fresh)).toThrow(/expected the variables of the first call at every call/);
    const dependent = (fed: Record<string, tf.Tensor>) => {
      const w = tf.variable(x(fed));
      w.assign(tf.exp(w));
      return { y: tf.exp(w) };
    };
    expect(compiling(dependent)).toThrow(/expected numbers for its first value, got what follows/);
  });

  it('refuses two variables that other functions have given one name', () => {
    const found = [1, 2].map((first) => {
      const w = tf.variable(tf.scalar(first));
      const count = () => {
        w.assign(tf.add(w, 1) as tf.Scalar);
        return { y: tf.exp(w) };
      };
      compiling(count)();
      return { w, count };
    });
    const both = () => {
      for (const { count } of found) count();
      return { y: tf.scalar(0) };
    };
    expect(compiling(both)).toThrow(
      'step: expected variables of different names, got two called "step/variable 0"',
    );
    for (const { w } of found) w.dispose();
  });

  it('refuses it in a function that is exported', () => {
    const count = tf.variable(tf.scalar(0), false, 'counter');
    const counting = (fed: Tensors) => {
      count.assign(tf.add(count, 1) as tf.Scalar);
      return { y: tf.exp(fed['x'] as tf.Tensor) };
    };
    const options = { name: 'm', inputs: { x: { shape: ['N', 2], dtype: 'float32' } } } as const;
    expect(() => compileDynamic(counting, options)).toThrow(
      'export: expected a function that changes no variable, got "counter" assigned',
    );
    expect(count.dataSync()[0]).toBe(0);
    count.dispose();
  });
});
