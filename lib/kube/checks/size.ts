/** How large an object or a value becomes. */

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Size as JSON; of a string, its own. */
export const bytes = (value: unknown): number =>
  Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

/** Characters of all keys and strings of a value, a little more than less: cheap, for what is far from any limit. */
function weight(value: unknown): number {
  if (typeof value === 'string') return value.length + 4;
  if (typeof value !== 'object' || value === null) return 8;
  let sum = 4;
  if (Array.isArray(value)) {
    for (const item of value) sum += weight(item);
    return sum;
  }
  for (const key in value) sum += key.length + 4 + weight((value as Record<string, unknown>)[key]);
  return sum;
}

/** The value may have as many bytes as JSON: a character takes up to three of UTF-8, or two with an escape. */
export const mayReach = (value: unknown, most: number): boolean => weight(value) * 3 >= most;
