const LOOK_EVERY_MS = 1_000;

/**
 * Reads files again every second: a mounted ConfigMap or Secret changes by a link that is turned, which no watch of a file
 * sees.
 * @param read what is to be read; it may reject, and then what was read before holds
 * @returns a function that ends it
 */
export function reread(read: () => Promise<void>, tell: (error: Error) => void): () => void {
  const timer = setInterval(() => void read().catch(tell), LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
