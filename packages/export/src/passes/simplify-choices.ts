import type { Draft, Graph, Rewrite, Value } from '../graph.js';
import { inputAt, type Rules, under, whole } from './rules.js';

/** Where nodes: a choice that is known, and one that is a cast. Exact but for the sign of a zero. */
const filling = (graph: Graph, value: Value, draft: Draft): Value =>
  whole(value, draft.spec) ?? graph.expand(value, draft.spec.shape);

const decided: Rewrite = (graph, draft) => {
  const condition = inputAt(draft, 0).uniform;
  if (condition === undefined) return undefined;
  return filling(graph, inputAt(draft, condition === 0 ? 2 : 1), draft);
};

const sameEitherWay: Rewrite = (graph, draft) => {
  const [, yes, no] = draft.inputs;
  return yes && yes === no ? filling(graph, yes, draft) : undefined;
};

const ofNot: Rewrite = (graph, { inputs: [condition, yes, no], spec }) => {
  const inner = under(graph, condition, 'Not');
  return inner && yes && no && graph.add('Where', [inner, no, yes], spec);
};

/** 1 where it holds and 0 where it does not, at every place of the condition. */
const asCast: Rewrite = (graph, draft) => {
  const [condition, yes, no] = draft.inputs;
  if (!condition || yes?.uniform !== 1 || !Object.is(no?.uniform, 0)) return undefined;
  return filling(graph, graph.cast(condition, draft.spec.dtype), draft);
};

export const simplifyChoices: Rules = { Where: [decided, sameEitherWay, ofNot, asCast] };
