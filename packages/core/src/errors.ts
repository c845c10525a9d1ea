/** One thing that is wrong with what was given: where (a path such as `image.width`) and what. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * What was given is wrong: a file, an option, a request. The message is one sentence for the person
 * who gave it, so a command prints it without a stack and a server answers with it.
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
