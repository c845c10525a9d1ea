import { CommanderError } from 'commander';
import { toMessage } from './failure.js';
import { note } from './output.js';
import { createProgram } from './program.js';

/** How a verb ended. `stopped` by Ctrl-C before it was done counts as a failure. */
const exitStatus = { done: 0, failed: 1, wrongUsage: 2 } as const;

/**
 * Run the command line.
 *
 * @param args what stands after `ganvas`
 * @returns exit status: 0 done, 1 failed or stopped before it was done, 2 wrong usage
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
    return exitStatus.done;
  } catch (error) {
    // commander has already printed what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitStatus.done : exitStatus.wrongUsage;
    }
    note(`ganvas: ${toMessage(error)}`);
    return exitStatus.failed;
  }
}
