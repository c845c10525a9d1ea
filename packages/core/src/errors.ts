/** One thing that is wrong with what was given: where (a path such as `image.width`) and what. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * What was given is wrong, or leads where Ganvas refuses to go on: a file, an option, a request, a run
 * whose losses are no longer numbers. The message is one sentence for the person who asked, so a
 * command prints it without a stack and a server answers with it.
 * `problems` lists every fault found, not only the first.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problems: readonly Problem[];

  constructor(message: string, options: { problems?: readonly Problem[]; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.problems = options.problems ?? [];
  }
}
