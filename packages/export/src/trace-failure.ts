import { placeOf } from './place.js';
import { type Refusal, refusalReport } from './refusals.js';

/** What tfjs says of a kernel that no backend of its has. */
const unknownKernel = /^Kernel '(.+)' not registered for backend/;

/** The kernel that ended a trace because nobody has it. */
function lastRefusal({ message, stack }: Error): Refusal[] {
  const [, kernel] = unknownKernel.exec(message) ?? [];
  const reason = 'no backend of tfjs has it';
  return kernel === undefined ? [] : [{ kernel, reason, place: placeOf(stack) }];
}

/**
 * The error to throw for what ended a trace. Refused kernels come first, all of them: what follows them may
 * be their doing. What this package refuses gets the line of the user's function; other errors stay as they are.
 */
export function traceFailure(error: unknown, refusals: readonly Refusal[]): unknown {
  if (!(error instanceof Error)) return error;
  const last = lastRefusal(error);
  const refused = [...refusals, ...last];
  if (refused.length > 0) {
    const rest = last.length > 0 ? '' : `\n  then the trace ended: ${error.message}`;
    return new Error(`${refusalReport(refused)}${rest}`, { cause: error });
  }
  const place = placeOf(error.stack);
  if (!error.message.startsWith('trace: ') || place === undefined) return error;
  return new Error(`${error.message}\n  at ${place}`, { cause: error });
}
