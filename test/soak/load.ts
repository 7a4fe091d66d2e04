import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../chaos/random';
import type { Replica } from '../cluster/orchestrator/support/replica';
import { pullRequestPayload } from '../orchestrator/support';
import type { PullOptions } from '../orchestrator/support';
import type { Ledger } from './ledger';

/** What a team's orchestrator gets all day, at even times, to whichever replica; what is not taken is sent again. */

/** Milliseconds from one to the next. */
const EVERY = { created: 500, ignored: 400, forged: 1_000, asked: 500 };
/** Of those that create, one in so many is sent twice, and one in so many is cancelled. */
const ONE_IN = { duplicate: 3, cancelled: 6 };
const ANSWER_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 1_000;
const WATCHERS = 3;

export interface Counts {
  created: number;
  duplicates: number;
  cancelled: number;
  ignored: number;
  forged: number;
  asked: number;
  again: number;
  /** Answers that nothing should have. */
  wrong: string[];
}

export class Load {
  readonly counts: Counts = {
    created: 0,
    duplicates: 0,
    cancelled: 0,
    ignored: 0,
    forged: 0,
    asked: 0,
    again: 0,
    wrong: [],
  };
  private readonly started: Promise<unknown>[] = [];

  constructor(
    private readonly replicas: () => readonly Replica[],
    private readonly ledger: Ledger,
    private readonly chance: Random,
    private readonly host: string,
  ) {}

  /** @returns when the time is over and everything that was sent is answered */
  async run(until: number): Promise<void> {
    const every = async (ms: number, act: () => Promise<unknown>): Promise<void> => {
      while (performance.now() < until) {
        this.started.push(act());
        await sleep(ms);
      }
    };
    await Promise.all([
      every(EVERY.created, () => this.create(++this.counts.created)),
      every(EVERY.ignored, () => this.ignore()),
      every(EVERY.forged, () => this.forge()),
      every(EVERY.asked, () => this.ask()),
      ...Array.from({ length: WATCHERS }, () => this.watch(until)),
    ]);
    await Promise.all(this.started);
  }

  private async create(number: number): Promise<void> {
    const opened = this.pull(number, {});
    const guid = `soak-opened-${number}`;
    const [isTwice, isCancelled] = [this.chance.once(ONE_IN.duplicate), this.chance.once(ONE_IN.cancelled)];
    const second = isTwice && this.deliver(number, opened, guid, false);
    await this.deliver(number, opened, guid, false);
    if (second !== false) {
      this.counts.duplicates++;
      await second;
    }
    if (!isCancelled) return;
    await sleep(this.chance.between(0, 4_000));
    this.counts.cancelled++;
    const at = new Date(Date.now() + 1_000);
    await this.deliver(number, this.pull(number, { action: 'closed', at: rfc3339(at) }), `soak-closed-${number}`, true);
  }

  /** Until it is taken. */
  private async deliver(number: number, payload: object, guid: string, isCancel: boolean): Promise<void> {
    const answered = this.ledger.sends(number, isCancel);
    for (;;) {
      const status = await this.send((replica, signal) => replica.deliver('pull_request', payload, { guid, signal }));
      if (status >= 200 && status < 300) return answered();
      if (status !== 0 && status < 500) this.counts.wrong.push(`pull request ${number} was answered ${status}`);
      this.counts.again++;
      await sleep(AGAIN_AFTER_MS);
    }
  }

  private async ignore(): Promise<void> {
    this.counts.ignored++;
    const payload = pullRequestPayload({ host: this.host, repo: 'stranger/unknown', at: rfc3339(new Date()) });
    const status = await this.send((replica, signal) => replica.deliver('pull_request', payload, { signal }));
    if (status !== 0 && status < 500 && status !== 200) this.counts.wrong.push(`an ignored one was answered ${status}`);
  }

  private async forge(): Promise<void> {
    this.counts.forged++;
    const payload = this.pull(1_000_000 + this.counts.forged, {});
    const secret = 'a secret that nobody has given out';
    const status = await this.send((replica, signal) => replica.deliver('pull_request', payload, { secret, signal }));
    if (status !== 0 && status < 500 && status !== 401 && status !== 429)
      this.counts.wrong.push(`a bad signature was answered ${status}`);
  }

  private async ask(): Promise<void> {
    this.counts.asked++;
    await this.send(async (replica, signal) => {
      const answer = await fetch(`${await replica.address()}/api/runs`, { signal });
      await answer.arrayBuffer();
      return answer;
    });
  }

  /** As the page does: what it is told of changes ends now and then, and is asked for again. */
  private async watch(until: number): Promise<void> {
    while (performance.now() < until) {
      const signal = AbortSignal.timeout(Math.min(60_000, Math.ceil(until - performance.now())));
      try {
        const { body } = await fetch(`${await this.one().address()}/api/changes`, { signal });
        for await (const piece of body ?? []) void piece;
      } catch {
        // the replica is gone, or it is time
      }
      await sleep(AGAIN_AFTER_MS);
    }
  }

  /** @returns the status; 0: no answer */
  private async send(act: (replica: Replica, signal: AbortSignal) => Promise<Response>): Promise<number> {
    try {
      const answer = await act(this.one(), AbortSignal.timeout(ANSWER_WITHIN_MS));
      if (!answer.bodyUsed) await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }

  private one(): Replica {
    return this.chance.of(this.replicas());
  }

  private pull(number: number, more: PullOptions): object {
    const sha = number.toString(16).padStart(40, '0');
    return pullRequestPayload({ host: this.host, number, sha, at: rfc3339(new Date()), ...more });
  }
}

const rfc3339 = (time: Date): string => time.toISOString().replace(/\.\d+/, '');
