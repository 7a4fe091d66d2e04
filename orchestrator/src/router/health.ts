import type { Metrics } from '../metrics';

/** Whether members take what they are sent: told by their answers to deliveries, since nothing else is known of all of them. */

/** How a member was found last. */
export interface Health {
  readonly state: 'up' | 'down' | 'unknown';
  /** RFC 3339; of the first delivery by which it was found so. */
  readonly since?: string;
}

/** The health of the members of a router, by their names. */
export class MemberHealth {
  private readonly known = new Map<string, Health>();

  constructor(private readonly metrics: Pick<Metrics, 'memberUp'>) {}

  /** Takes notice of whether a member took a delivery. */
  note(member: string, taken: boolean): void {
    const state = taken ? 'up' : 'down';
    this.metrics.memberUp.set({ member }, taken ? 1 : 0);
    if (this.known.get(member)?.state !== state) this.known.set(member, { state, since: new Date().toISOString() });
  }

  /** Forgets all members but these: who is no member any more is not down. */
  keep(members: readonly string[]): void {
    for (const member of [...this.known.keys()].filter((name) => !members.includes(name))) {
      this.known.delete(member);
      this.metrics.memberUp.remove({ member });
    }
  }

  of(member: string): Health {
    return this.known.get(member) ?? { state: 'unknown' };
  }
}
