import * as tf from '@tensorflow/tfjs-core';

type CustomFunction = Parameters<typeof tf.customGrad>[0];
type Inputs = Readonly<Record<string, tf.Tensor | undefined>>;

/** A kernel as ops whose gradients are right; undefined where it has to run as it is. */
export type Rewrite = (inputs: Inputs, attrs: tf.NamedAttrMap) => tf.Tensor | undefined;

/** The derivatives by the inputs of an op for which tfjs states a custom gradient. */
export type CustomDerivatives = (dy: tf.Tensor, inputs: readonly tf.Tensor[]) => tf.Tensor[];

/** What is done with a custom gradient: other derivatives, or those of the kernels that it runs. */
export type CustomOp = CustomDerivatives | 'by its kernels';

export interface EngineRepairs {
  /** By kernel: run instead of it while a gradient is being taken. */
  readonly rewrites: Readonly<Record<string, Rewrite>>;
  /** By the name of tfjs's op. */
  readonly customOps: Readonly<Record<string, CustomOp>>;
}

const noSave = (): void => undefined;

/** Give an op other derivatives, from its inputs. */
const withDerivatives = (f: CustomFunction, derivatives: CustomDerivatives): CustomFunction =>
  ((...given: unknown[]) => {
    const inputs = given.slice(0, -1) as tf.Tensor[];
    const save = given.at(-1) as tf.GradSaveFunc;
    save(inputs);
    const { value } = f(...inputs, noSave);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => derivatives(dy, saved) };
  }) as CustomFunction;

/**
 * Let a custom gradient of the caller's be differentiated again. What it saved beside its inputs has no path
 * back to them, so when its derivative is itself being differentiated it runs once more, on the
 * tape. At first order nothing changes.
 */
const runAgain = (f: CustomFunction): CustomFunction =>
  ((...given: unknown[]) => {
    const inputs = given.slice(0, -1) as tf.Tensor[];
    const save = given.at(-1) as tf.GradSaveFunc;
    let own: tf.Tensor[] = [];
    const { value, gradFunc } = f(...inputs, (tensors: tf.Tensor[]) => {
      own = tensors;
    });
    save([...inputs, ...own]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        if (!tf.engine().isTapeOn()) return gradFunc(dy, saved.slice(inputs.length));
        let kept: tf.Tensor[] = [];
        const again = f(...saved.slice(0, inputs.length), (tensors: tf.Tensor[]) => {
          kept = tensors;
        });
        return again.gradFunc(dy, kept);
      },
    };
  }) as CustomFunction;

const repaired = Symbol.for('@ganvas/gradients');

/**
 * Repair what tfjs's registry of gradients does not reach: kernels that are called without an optional
 * input, which its tape cannot walk over, and gradients that are stated inside ops.
 */
export function repairEngine({ rewrites, customOps }: EngineRepairs): void {
  const engine = tf.engine() as ReturnType<typeof tf.engine> & { [repaired]?: true };
  // Two copies of this package share one engine.
  if (engine[repaired]) return;
  engine[repaired] = true;
  const runKernel = engine.runKernel.bind(engine);
  const customGrad = engine.customGrad.bind(engine);

  engine.runKernel = <T extends tf.Tensor | tf.Tensor[]>(
    kernelName: string,
    inputs: tf.NamedTensorMap,
    attrs: tf.NamedAttrMap = {},
  ): T => {
    const rewrite = engine.isTapeOn() ? rewrites[kernelName] : undefined;
    return (rewrite?.(inputs, attrs) ?? runKernel(kernelName, inputs, attrs)) as T;
  };

  engine.customGrad = ((f: CustomFunction) =>
    (...inputs: tf.Tensor[]) => {
      // tfjs names the scope of an op after it.
      const op = /^(.+)__op$/.exec(engine.state.activeScope?.name ?? '')?.[1];
      const known = op === undefined ? undefined : customOps[op];
      if (known === 'by its kernels') return f(...inputs, noSave).value;
      return customGrad(known ? withDerivatives(f, known) : runAgain(f))(...inputs);
    }) as typeof engine.customGrad;
}
