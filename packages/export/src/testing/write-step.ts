import { formatGraph } from '../format-graph.js';
import { Graph, type GraphNode, type Value } from '../graph.js';
import { liveNodes } from '../passes/dead-code.js';
import { nameResults } from '../passes/name-results.js';
import { type Updates, updateInPlace } from '../passes/update-in-place.js';
import { type Writer, writerOf } from './before-and-after.js';

/** A step as a pass is given it: the names that its results leave by, new states behind the others. */
export interface WrittenStep {
  readonly nodes: readonly GraphNode[];
  readonly updates: Updates;
  readonly results: readonly string[];
}

/** What a step gives: new values by the names of their states, and other results. */
interface Given {
  readonly next: Readonly<Record<string, Value>>;
  readonly results?: Readonly<Record<string, Value>>;
}

/** Write a step; the new value of a state `w` leaves as `w:next`. */
export function writeStep(write: (writer: Writer) => Given): WrittenStep {
  const graph = new Graph();
  const { next, results = {} } = write(writerOf(graph));
  const updates = Object.fromEntries(Object.keys(next).map((name) => [name, `${name}:next`]));
  const values = [...Object.values(results), ...Object.values(next)];
  const names = [...Object.keys(results), ...Object.values(updates)];
  const named = values.map((value, i) => ({ name: names[i] as string, value }));
  const { nodes } = nameResults(liveNodes(graph.nodes, values), named);
  return { nodes, updates, results: names };
}

/** The nodes of a step that updates in place, as text, and which states may be written over. */
export function showInPlace(write: (writer: Writer) => Given): string {
  const step = writeStep(write);
  const { nodes, inPlace } = updateInPlace(step.nodes, step.updates);
  return `${formatGraph(nodes)}\nin place: ${inPlace.join() || 'none'}`;
}

/** w - g * rate. */
export const descended = ({ node }: Writer, w: Value, g: Value, rate: Value): Value =>
  node('Sub', [w, node('Mul', [g, rate], w.shape)], w.shape);
