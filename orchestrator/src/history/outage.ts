import type { Log } from '../log';
import { HistoryUnavailable } from './run-history';

/** After a failure nobody asks for a while, so that nobody waits in vain. */
const BACKOFF_MS = { first: 500, last: 30_000 } as const;

/** Whether what keeps the history answers, and when it is asked again after it did not. */
export class Outage {
  private failures = 0;
  /** Until when it is not asked, as `performance.now()` counts. */
  private quietUntil = 0;

  /** @param name `the database`, for people */
  constructor(
    private readonly name: string,
    private readonly log: Log,
  ) {}

  /** @throws HistoryUnavailable if it is not asked now */
  check(): void {
    if (this.isQuiet()) throw new HistoryUnavailable(`${this.name} did not answer a moment ago`);
  }

  /** It has answered, or it is another one now. */
  end(): void {
    this.failures = 0;
    this.quietUntil = 0;
  }

  /** It has not answered as it should. @returns what to throw */
  begin(error: Error, more: object = {}): HistoryUnavailable {
    // those who asked at the same time tell the same
    if (this.isQuiet()) return new HistoryUnavailable(error.message);
    const wait = Math.min(BACKOFF_MS.last, BACKOFF_MS.first * 2 ** this.failures++);
    // replicas do not come back all at once
    this.quietUntil = performance.now() + wait * (0.5 + Math.random() / 2);
    this.log.warn(
      { error: error.message, ...more, seconds: wait / 1000 },
      `history: ${this.name} does not answer as it should; it is asked again later`,
    );
    return new HistoryUnavailable(error.message);
  }

  private readonly isQuiet = (): boolean => performance.now() < this.quietUntil;
}
