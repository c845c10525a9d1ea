import { InputError, type ModelDescription, parseModelDescription } from '@ganvas/core';
import { decodeModel } from './onnx.js';

/** What a file says of itself; undefined where it is no ONNX, or says nothing. */
function metadataOf(bytes: Uint8Array): unknown {
  try {
    const { metadataProps = [] } = decodeModel(bytes);
    return JSON.parse(metadataProps.find(({ key }) => key === 'ganvas')?.value ?? 'null');
  } catch {
    return undefined;
  }
}

/**
 * Read the description that `exportModel` writes into an `.onnx` file. Throws an InputError where there is none.
 *
 * @param where the file, for errors
 */
export function readDescription(bytes: Uint8Array, where: string): ModelDescription {
  const found = metadataOf(bytes);
  if (found) return parseModelDescription(found, where);
  throw new InputError(
    `${where}: expected an ONNX file that Ganvas exported, with its description in it, found none`,
  );
}
