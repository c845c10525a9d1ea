import { describe, expect, it } from 'vitest';
import { descended, showInPlace } from '../testing/write-step.js';

describe('the gates of updateInPlace', () => {
  it('has an update wait by its rate for those who read the state late', () => {
    const text = showInPlace((writer) => {
      const w = writer.input('w', 2, 3);
      const next = descended(writer, w, writer.input('g', 2, 3), writer.input('rate'));
      return { next: { w: next }, results: { y: writer.graph.transpose(w, [1, 0]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "gate0:rate = Reshape(rate, [1]) {allowzero=0} : float32[1]
      y = Transpose(w) {perm=[1,0]} : float32[3,2]
      gate0:flat0 = Reshape(y, [-1]) {allowzero=0} : float32[6]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v0 = Mul(g, gate0:out) : float32[2,3]
      w:next = Sub(w, v0) : float32[2,3]
      in place: w"
    `);
  });

  it('waits by a rate that is a state', () => {
    const text = showInPlace((writer) => {
      const [w, g, rate] = [writer.input('w', 2, 3), writer.input('g', 2, 3), writer.input('rate')];
      const slower = writer.node('Mul', [rate, writer.graph.scalar(0.5)], []);
      return {
        next: { w: descended(writer, w, g, rate), rate: slower },
        results: { y: writer.graph.transpose(w, [1, 0]) },
      };
    });
    expect(text).toMatchInlineSnapshot(`
      "rate:next = Mul(rate, 0.5) : float32[]
      gate0:rate = Reshape(rate, [1]) {allowzero=0} : float32[1]
      y = Transpose(w) {perm=[1,0]} : float32[3,2]
      gate0:flat0 = Reshape(y, [-1]) {allowzero=0} : float32[6]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v2 = Mul(g, gate0:out) : float32[2,3]
      w:next = Sub(w, v2) : float32[2,3]
      in place: w"
    `);
  });

  it('waits by a rate that is a view of a state', () => {
    const text = showInPlace((writer) => {
      const { graph, input, node } = writer;
      const [w, g, rate] = [input('w', 2), input('g', 2), input('rate', 1)];
      const next = descended(writer, w, g, graph.reshape(rate, []));
      const slower = node('Mul', [rate, graph.scalar(0.5)], [1]);
      return { next: { w: next, rate: slower }, results: { y: node('Exp', [w], [2]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Reshape(rate, []) {allowzero=0} : float32[]
      gate0:rate = Reshape(v1, [1]) {allowzero=0} : float32[1]
      y = Exp(w) : float32[2]
      gate0:flat0 = Reshape(y, [-1]) {allowzero=0} : float32[2]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v2 = Mul(g, gate0:out) : float32[2]
      w:next = Sub(w, v2) : float32[2]
      rate:next = Mul(rate, 0.5) : float32[1]
      in place: w"
    `);
  });

  it('waits by the new value of a rate that is a state', () => {
    const text = showInPlace((writer) => {
      const [w, g, rate] = [writer.input('w', 2, 3), writer.input('g', 2, 3), writer.input('rate')];
      const slower = writer.node('Mul', [rate, writer.graph.scalar(0.5)], []);
      return {
        next: { w: descended(writer, w, g, slower), rate: slower },
        results: { y: writer.graph.transpose(w, [1, 0]) },
      };
    });
    expect(text).toMatchInlineSnapshot(`
      "rate:next = Mul(rate, 0.5) : float32[]
      gate0:rate = Reshape(rate:next, [1]) {allowzero=0} : float32[1]
      y = Transpose(w) {perm=[1,0]} : float32[3,2]
      gate0:flat0 = Reshape(y, [-1]) {allowzero=0} : float32[6]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v2 = Mul(g, gate0:out) : float32[2,3]
      w:next = Sub(w, v2) : float32[2,3]
      in place: rate,w"
    `);
  });

  it('does not wait for a reader that waits for the update of another state of that rate', () => {
    const text = showInPlace((writer) => {
      const { input, node } = writer;
      const [a, b, rate] = [input('a', 2, 2), input('b', 2, 2), input('rate')];
      const next = {
        a: descended(writer, a, input('g', 2, 2), rate),
        b: descended(writer, b, input('h', 2, 2), rate),
      };
      // Reads the old b beside the new a.
      const product = node('MatMul', [next.a, b], [2, 2]);
      return { next, results: { y: writer.graph.transpose(a, [1, 0]), product } };
    });
    expect(text).toMatchInlineSnapshot(`
      "gate0:rate = Reshape(rate, [1]) {allowzero=0} : float32[1]
      y = Transpose(a) {perm=[1,0]} : float32[2,2]
      gate0:flat0 = Reshape(y, [-1]) {allowzero=0} : float32[4]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v0 = Mul(g, gate0:out) : float32[2,2]
      a:next = Sub(a, v0) : float32[2,2]
      v2 = Mul(h, rate) : float32[2,2]
      b:next = Sub(b, v2) : float32[2,2]
      product = MatMul(a:next, b) : float32[2,2]
      in place: a"
    `);
  });

  it('does not have an update wait for itself', () => {
    const text = showInPlace((writer) => {
      const { input } = writer;
      const [a, b, rate] = [input('a', 2, 2), input('b', 2, 2), input('rate')];
      const next = {
        a: descended(writer, a, b, rate),
        b: descended(writer, b, input('h', 2, 2), rate),
      };
      return { next, results: { y: writer.graph.transpose(a, [1, 0]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "gate0:rate = Reshape(rate, [1]) {allowzero=0} : float32[1]
      y = Transpose(a) {perm=[1,0]} : float32[2,2]
      gate0:flat0 = Reshape(y, [-1]) {allowzero=0} : float32[4]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v0 = Mul(b, gate0:out) : float32[2,2]
      a:next = Sub(a, v0) : float32[2,2]
      v2 = Mul(h, rate) : float32[2,2]
      b:next = Sub(b, v2) : float32[2,2]
      in place: a"
    `);
  });

  it('has two optimizers wait by two rates', () => {
    const text = showInPlace((writer) => {
      const { input } = writer;
      const [a, b] = [input('a', 2, 2), input('b', 2, 2)];
      const next = {
        a: descended(writer, a, input('g', 2, 2), input('fast')),
        b: descended(writer, b, input('h', 2, 2), input('slow')),
      };
      return {
        next,
        results: { y: writer.graph.transpose(a, [1, 0]), z: writer.graph.transpose(b, [1, 0]) },
      };
    });
    expect(text).toMatchInlineSnapshot(`
      "gate0:rate = Reshape(fast, [1]) {allowzero=0} : float32[1]
      y = Transpose(a) {perm=[1,0]} : float32[2,2]
      gate0:flat0 = Reshape(y, [-1]) {allowzero=0} : float32[4]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v0 = Mul(g, gate0:out) : float32[2,2]
      a:next = Sub(a, v0) : float32[2,2]
      gate1:rate = Reshape(slow, [1]) {allowzero=0} : float32[1]
      z = Transpose(b) {perm=[1,0]} : float32[2,2]
      gate1:flat0 = Reshape(z, [-1]) {allowzero=0} : float32[4]
      gate1:token0 = Gather(gate1:flat0, [0]) {axis=0} : float32[1]
      gate1:all = Concat(gate1:rate, gate1:token0) {axis=0} : float32[2]
      gate1:handed = Gather(gate1:all, [0]) {axis=0} : float32[1]
      gate1:out = Reshape(gate1:handed, []) {allowzero=0} : float32[]
      v2 = Mul(h, gate1:out) : float32[2,2]
      b:next = Sub(b, v2) : float32[2,2]
      in place: a,b"
    `);
  });

  it('does not have two rates wait for each other', () => {
    const text = showInPlace((writer) => {
      const { input, node } = writer;
      const [a, b] = [input('a', 2, 2), input('b', 2, 2)];
      const next = {
        a: descended(writer, a, input('g', 2, 2), input('fast')),
        b: descended(writer, b, input('h', 2, 2), input('slow')),
      };
      const y = node('MatMul', [next.a, b], [2, 2]);
      return { next, results: { y, z: node('MatMul', [next.b, a], [2, 2]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "gate0:rate = Reshape(fast, [1]) {allowzero=0} : float32[1]
      v2 = Mul(h, slow) : float32[2,2]
      b:next = Sub(b, v2) : float32[2,2]
      z = MatMul(b:next, a) : float32[2,2]
      gate0:flat0 = Reshape(z, [-1]) {allowzero=0} : float32[4]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0) {axis=0} : float32[2]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v0 = Mul(g, gate0:out) : float32[2,2]
      a:next = Sub(a, v0) : float32[2,2]
      y = MatMul(a:next, b) : float32[2,2]
      in place: a"
    `);
  });

  it('knows a state by its views', () => {
    const text = showInPlace((writer) => {
      const { graph, input, node } = writer;
      const w = input('w', 2, 2);
      const rows = graph.reshape(w, [4, 1]);
      const next = descended(writer, w, input('g', 2, 2), input('rate'));
      return { next: { w: next }, results: { y: node('Exp', [rows], [4, 1]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Reshape(w, [4,1]) {allowzero=0} : float32[4,1]
      gate0:rate = Reshape(rate, [1]) {allowzero=0} : float32[1]
      gate0:flat0 = Reshape(v1, [-1]) {allowzero=0} : float32[4]
      gate0:token0 = Gather(gate0:flat0, [0]) {axis=0} : float32[1]
      y = Exp(v1) : float32[4,1]
      gate0:flat1 = Reshape(y, [-1]) {allowzero=0} : float32[4]
      gate0:token1 = Gather(gate0:flat1, [0]) {axis=0} : float32[1]
      gate0:all = Concat(gate0:rate, gate0:token0, gate0:token1) {axis=0} : float32[3]
      gate0:handed = Gather(gate0:all, [0]) {axis=0} : float32[1]
      gate0:out = Reshape(gate0:handed, []) {allowzero=0} : float32[]
      v2 = Mul(g, gate0:out) : float32[2,2]
      w:next = Sub(w, v2) : float32[2,2]
      in place: w"
    `);
  });

  it('does not wait for what is no float32, or has no numbers', () => {
    const text = showInPlace((writer) => {
      const { graph, input } = writer;
      const [w, v] = [input('w', 2), input('v', 0)];
      const [g, h, rate] = [input('g', 2), input('h', 0), input('rate')];
      const n = graph.input('n', [2], 'int32');
      const step = graph.input('step', [], 'int32');
      return {
        next: {
          w: descended(writer, w, g, rate),
          v: descended(writer, v, h, rate),
          n: descended(writer, n, graph.input('m', [2], 'int32'), step),
        },
        results: {
          y: graph.cast(w, 'int32'),
          z: writer.node('Exp', [v], [0]),
          f: graph.cast(n, 'float32'),
        },
      };
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = Mul(g, rate) : float32[2]
      w:next = Sub(w, v0) : float32[2]
      v2 = Mul(h, rate) : float32[0]
      v:next = Sub(v, v2) : float32[0]
      v4 = Mul(m, step) : int32[2]
      n:next = Sub(n, v4) : int32[2]
      y = Cast(w) {to=6} : int32[2]
      z = Exp(v) : float32[0]
      f = Cast(n) {to=1} : float32[2]
      in place: none"
    `);
  });
});
