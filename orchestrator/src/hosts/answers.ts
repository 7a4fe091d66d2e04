/** Answers that hold for some minutes: whoever is given a right, or loses it, is not asked about at every event. */
export class Answers {
  private readonly known = new Map<string, { readonly answer: boolean; readonly until: number }>();

  /** @param now milliseconds, as they pass */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get(key: string): boolean | undefined {
    const found = this.known.get(key);
    if (found === undefined || found.until > this.now()) return found?.answer;
    this.known.delete(key);
    return undefined;
  }

  set(key: string, answer: boolean): void {
    // the oldest is at the front
    for (const oldest of this.known.keys()) {
      if (this.known.size < MOST) break;
      this.known.delete(oldest);
    }
    this.known.delete(key);
    this.known.set(key, { answer, until: this.now() + (answer ? YES_MS : NO_MS) });
  }
}

const YES_MS = 300_000;
/** Somebody who was just given a right comments again. */
const NO_MS = 60_000;
const MOST = 5_000;
