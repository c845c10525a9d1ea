/** The middle one of some numbers; of an even count, the upper of the two. */
export const median = (numbers) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

export const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
