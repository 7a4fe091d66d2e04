/**
 * Waits for what no `kubectl wait` can ask: tries again each second until the condition gives something.
 * @throws with what was waited for, after so many seconds; whatever the condition throws
 */
export async function until<Found>(
  what: string,
  seconds: number,
  condition: () => Promise<Found | undefined>,
): Promise<Found> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await condition();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
