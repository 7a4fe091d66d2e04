import { z } from 'zod';
import type { Member } from '../../fleet/webhook-router';
import { GIT_HOST, memberSchema } from '../../fleet/webhook-router';
import type { DialectName } from '../events/delivery';
import type { Repo } from '../events/event';
import { keysOfAddress, keysOfRepo } from './repositories';

export type { Member };

/**
 * `members.json` of a webhook router: synth writes it (lib/output/cluster/webhook-router.ts), the router reads it. A member is
 * what a cluster file lists, whether it is listed there or is an orchestrator of the fleet.
 */
export const routingSchema = z.object({ members: z.array(memberSchema).min(1) });

/** Who is sent what, at one moment; replaced whole, never changed. */
export interface Routing {
  readonly members: readonly Member[];
  /**
   * The members that own a repository, and those of which nobody knows what they own. All of them where no one is known to own it, or the
   * delivery is about none.
   */
  membersFor(repo: Repo | undefined): readonly Member[];
}

/** The index over all members. */
export function indexMembers(members: readonly Member[]): Routing {
  const index = new Map<string, Set<Member>>();
  for (const member of members)
    for (const key of new Set(member.repositories?.flatMap(keysOfAddress)))
      index.set(key, (index.get(key) ?? new Set()).add(member));
  return {
    members,
    membersFor(repo) {
      const owners = new Set(repo && keysOfRepo(repo).flatMap((key) => [...(index.get(key) ?? [])]));
      return owners.size === 0
        ? members
        : members.filter((member) => member.repositories === undefined || owners.has(member));
    },
  };
}

/** Where a member takes the deliveries of a kind of Git host. */
export const urlFor = ({ url }: Pick<Member, 'url'>, dialect: DialectName): string => url.replaceAll(GIT_HOST, dialect);
