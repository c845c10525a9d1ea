import type { Plan } from '@ganvas/train';
import { toTable } from './output.js';

type NetworkPlan = Plan['networks'][number];

const toMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const toRows = ({ name, parameters, layers }: NetworkPlan): [string, string][] => [
  [name, `${parameters} parameters`],
  ...layers.map((layer): [string, string] => [
    `  ${layer.name}`,
    `${layer.type} [${layer.outputShape.map((size) => size ?? 'N').join(', ')}], ${layer.parameters} parameters`,
  ]),
];

/** What would be trained, for people: networks, graphs, memory. */
export function toPlanTable(plan: Plan): string {
  const { networks, engine, graphs = {}, stateBytes, expectedBytes } = plan;
  return toTable([
    ...networks.flatMap(toRows),
    ['engine', engine],
    ...Object.entries(graphs).map(([step, count]): [string, string] => [
      `${step} graph`,
      `${count} nodes`,
    ]),
    ['state', toMegabytes(stateBytes)],
    ...(expectedBytes === undefined
      ? []
      : [['expected memory', `about ${toMegabytes(expectedBytes)}`] as const]),
  ]);
}
