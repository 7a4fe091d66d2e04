const WINDOW_MS = 60_000;
const MOST = 1_000;
const PEERS_MAX = 10_000;

/** Counts bad signatures by peer, for a minute each. A peer that floods is told to stop; a good signature is never held up. */
export class BadSignatures {
  private counts = new Map<string, number>();
  private since = 0;

  /** Counts one more. @returns whether the peer has sent too many */
  count(peer: string, now = performance.now()): boolean {
    if (now - this.since > WINDOW_MS || this.counts.size > PEERS_MAX) {
      this.counts.clear();
      this.since = now;
    }
    const count = (this.counts.get(peer) ?? 0) + 1;
    this.counts.set(peer, count);
    return count > MOST;
  }
}
