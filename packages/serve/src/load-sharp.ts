async function load() {
  // Imported on first use: the HTTP process exports what uses it but never decodes or encodes.
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

let loaded: ReturnType<typeof load> | undefined;

/** Load sharp once, without a cache and with one thread a picture. */
export const loadSharp = (): ReturnType<typeof load> => {
  loaded ??= load();
  return loaded;
};
