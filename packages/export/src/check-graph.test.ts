import { describe, expect, it } from 'vitest';
import { checkGraph } from './check-graph.js';
import type { GraphNode, Value } from './graph.js';

const value = (name: string, ...shape: number[]): Value => ({ name, shape, dtype: 'float32' });
const x = value('x', 2, 3);
const exp: GraphNode = { op: 'Exp', inputs: [x], attributes: {}, output: value('e', 2, 3) };

const check = (nodes: readonly GraphNode[], results: readonly Value[], inputs = [x]) =>
  checkGraph('step', { nodes: [...nodes], inputs: [...inputs], results });
const one = (node: Partial<GraphNode>) => {
  const whole = { ...exp, ...node };
  return () => check([whole], [whole.output]);
};

describe('checkGraph', () => {
  it('accepts a graph whose shapes follow from its inputs', () => {
    expect(() => check([exp], [exp.output])).not.toThrow();
  });

  it('refuses another shape or dtype than its inputs give', () => {
    expect(one({ output: value('e', 3, 2) })).toThrow(
      'step: Exp e: expected float32[2,3] by its inputs, got float32[3,2] declared',
    );
    expect(one({ output: { ...exp.output, dtype: 'int32' } })).toThrow('got int32[2,3] declared');
  });

  it('refuses inputs that do not fit the op', () => {
    const other: Value = { ...value('c', 3), data: [1, 2, 3] };
    expect(one({ op: 'MatMul', inputs: [x, other] })).toThrow(
      'MatMul e: expected matrices that fit, got [2,3] and [3]',
    );
    expect(one({ op: 'Add', inputs: [x, { ...other, dtype: 'int32' }] })).toThrow(
      'Add e: expected one dtype, got float32 and int32',
    );
    expect(one({ op: 'Add', inputs: [x, { ...other, shape: [2], data: [1, 2] }] })).toThrow(
      'Add e: expected shapes that fit, got [2,3] and [2]',
    );
  });

  it('refuses an op and an attribute that are not known', () => {
    expect(one({ op: 'Gelu' })).toThrow(/Gelu e: expected an op with an inferred shape, got none/);
    expect(one({ attributes: { axis: 1 } })).toThrow(
      'Exp e: attribute axis: expected none of this name, got int',
    );
    expect(one({ op: 'LeakyRelu', attributes: { alpha: 1 } })).toThrow(
      'LeakyRelu e: attribute alpha: expected float, got int',
    );
  });

  it('refuses a value that is used before it is made, or never made', () => {
    const log: GraphNode = {
      op: 'Log',
      inputs: [exp.output],
      attributes: {},
      output: value('l', 2, 3),
    };
    expect(() => check([exp, log], [log.output])).not.toThrow();
    expect(() => check([log, exp], [log.output])).toThrow(
      'Log l: expected e to be made before, got it from nowhere',
    );
    expect(() => check([exp], [exp.output, value('z', 1)])).toThrow(
      'result z: expected z to be made before, got it from nowhere',
    );
  });

  it('refuses a name given twice', () => {
    expect(() => check([exp, exp], [exp.output])).toThrow(
      'Exp e: expected a name of its own, got it twice',
    );
    expect(one({ output: value('x', 2, 3) })).toThrow('Exp x: expected a name of its own');
  });

  it('refuses a node that nothing needs', () => {
    const log = { ...exp, op: 'Log', output: value('l', 2, 3) };
    expect(() => check([exp, log], [exp.output])).toThrow('Log l: expected a use, got none');
  });

  it('refuses a constant of too few numbers', () => {
    const short: Value = { ...value('c', 2, 3), data: [1, 2] };
    expect(one({ op: 'Add', inputs: [x, short] })).toThrow(
      'c: expected 6 numbers for [2,3], got 2',
    );
  });

  it('tells all faults at once', () => {
    const log = { ...exp, op: 'Log', output: value('l', 6) };
    expect(() => check([exp, log], [])).toThrow(
      /Log l: expected float32\[2,3\] .*\n.*Exp e: expected a use, got none\n.*Log l: expected a use/,
    );
  });

  it('takes a few milliseconds for 2,000 nodes', () => {
    const nodes: GraphNode[] = [];
    for (let i = 0, last = x; i < 2000; i++) {
      const output = value(`n${i}`, 2, 3);
      nodes.push({ op: 'Add', inputs: [last, x], attributes: {}, output });
      last = output;
    }
    const results = [(nodes.at(-1) as GraphNode).output];
    check(nodes, results);
    const startedAt = performance.now();
    check(nodes, results);
    // Measured at 2 ms; the rest is for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(50);
  });
});
