import type { Attribute, GraphNode, Value } from './graph.js';

const typed = ({ dtype, shape }: Value): string => `${dtype}[${shape.join()}]`;

/** A short constant as its numbers, one of equal numbers as `1:[2,3]`, any other as its type. */
function spellValue(value: Value): string {
  const { data, uniform, shape } = value;
  if (!data) return value.name;
  if (shape.length === 0) return String(uniform);
  if (shape.length === 1 && data.length <= 8) return `[${Array.from<number>(data).join()}]`;
  return uniform === undefined ? typed(value) : `${uniform}:[${shape}]`;
}

function spellAttribute(attribute: Attribute): string {
  if (typeof attribute !== 'object') return String(attribute);
  return 'float' in attribute ? String(attribute.float) : `[${attribute.join()}]`;
}

const spellAttributes = (attributes: GraphNode['attributes']): string => {
  const parts = Object.entries(attributes).map(
    ([name, value]) => `${name}=${spellAttribute(value)}`,
  );
  return parts.length === 0 ? '' : ` {${parts.join(' ')}}`;
};

/** Write nodes as text, one a line: `v3 = MatMul(x, w) : float32[2,3]`. */
export const formatGraph = (nodes: readonly GraphNode[]): string =>
  nodes
    .map(({ op, inputs, attributes, output }) => {
      const operands = inputs.map(spellValue).join(', ');
      return `${output.name} = ${op}(${operands})${spellAttributes(attributes)} : ${typed(output)}`;
    })
    .join('\n');
