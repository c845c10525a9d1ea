export interface WindowOptions {
  /** Begun and not yet taken by the caller. */
  readonly atOnce: number;
  /** Whether outcomes come in the order of the items, or as they are there. */
  readonly isOrdered: boolean;
}

/**
 * Do work on each item, some at once, and give what comes of it. The next is begun when an outcome
 * was taken, so that no more than `atOnce` of them are ever held for a slow reader.
 *
 * @param work must not reject
 */
export async function* createOutcomes<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Outcome>,
  { atOnce, isOrdered }: WindowOptions,
): AsyncGenerator<Outcome> {
  const running = new Map<number, Promise<readonly [index: number, outcome: Outcome]>>();
  let next = 0;
  const begin = () => {
    for (; next < items.length && running.size < atOnce; next++) {
      const index = next;
      running.set(
        index,
        work(items[index] as Item, index).then((outcome) => [index, outcome] as const),
      );
    }
  };
  for (begin(); running.size > 0; begin()) {
    const [first] = running.values();
    const [index, outcome] = await (isOrdered && first ? first : Promise.race(running.values()));
    running.delete(index);
    yield outcome;
  }
}
