import { elementwise } from './elementwise.js';
import { movement } from './movement.js';
import type { Signature, Signatures } from './signature.js';
import { sums } from './sums.js';
import { windows } from './windows.js';

/**
 * The ONNX ops that may be written, with their inputs, attributes and outputs by the specification of
 * opset 17. It is a second implementation beside the shapes that rules state, so that each checks the other.
 */
const tables: readonly Signatures[] = [elementwise, movement, sums, windows];
const signatures = new Map(tables.flatMap((table) => Object.entries(table)));

/** The signature of an op, if it is one that may be written. */
export const signatureOf = (op: string): Signature | undefined => signatures.get(op);
