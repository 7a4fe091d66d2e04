import type { RunRequest } from '../ask/run-request';
import type { Delivery } from '../events/delivery';
import type { RerunEvent } from '../events/event';
import { repoKey } from '../events/event';
import { displayText } from '../events/payload';
import { isCancelMarker } from './cancel-marker';
import type { Decision, Facts, Known } from './decision';
import { ignore } from './decision';
import { compareRequests } from './event-order';
import { repoOf } from './of-host';
import { askedNow, rerunOf } from './rerun';
import { namedIn } from './share';
import type { Share } from './share';
import { isMember } from './trust';

/** Checks that somebody asks for again, beside one of them or beside all of a commit. */

/** The requests of one check, the newest first: each time that it is asked for again, it gets another. */
type Check = readonly [RunRequest, ...RunRequest[]];

/** The checks that are asked for again: the one of a check run, or each that is known of the commit. */
export function checksAskedFor(
  { repo, headSha, request }: RerunEvent,
  shares: readonly Share[],
  known: Pick<Known, 'named' | 'ofRepository'>,
): readonly Check[] {
  if (request !== undefined) {
    const named = namedIn(shares, known, request);
    return named === undefined ? [] : [[named]];
  }
  const checks = new Map<string, [RunRequest, ...RunRequest[]]>();
  for (const one of known.ofRepository(repo)) {
    const { revision, pipeline, team, stack, apps = [] } = one.spec;
    if (revision !== headSha || isCancelMarker(one) || !shares.some((share) => share.team.name === team)) continue;
    const key = [pipeline, team, stack, ...(pipeline === 'merge-release' ? apps : [])].join(' ');
    const check = checks.get(key);
    if (check === undefined) checks.set(key, [one]);
    else check.push(one);
  }
  for (const check of checks.values()) check.sort((a, b) => compareRequests(b, a));
  return [...checks.values()];
}

/** The same commit once more; of a pull request whose head it still is, as the pull request is now. */
export function decideRerun(event: RerunEvent, delivery: Delivery, shares: readonly Share[], facts: Facts): Decision {
  const { repo, sender } = event;
  const checks = checksAskedFor(event, shares, facts.known);
  if (checks.length === 0)
    return ignore(
      'unknown_head',
      event.request === undefined
        ? 'no request of this commit is known here'
        : 'the check is of no request that is known here',
    );
  const own = checks.filter(([newest]) => isOf(newest, event));
  if (own.length === 0) return ignore('event', 'the check is of another repository');
  // where no host can be asked: it offers the button to those who may push
  if (!isMember(facts.asked, repo, sender, true))
    return ignore(
      'untrusted',
      `${displayText(sender)} may not push to ${displayText(repo.fullName)}, so may not run a check again`,
    );
  const notes: string[] = [];
  const requests = own.flatMap((check) => again(check, event, delivery, shares, facts, notes) ?? []);
  return { requests, cancelMarkers: [], notes: [...new Set(notes)] };
}

function isOf(request: RunRequest, { repo }: RerunEvent): boolean {
  const its = repoOf(request);
  return its !== undefined && repoKey(its) === repoKey(repo);
}

/** @param notes takes what is left out */
function again(
  check: Check,
  event: RerunEvent,
  delivery: Delivery,
  shares: readonly Share[],
  facts: Facts,
  notes: string[],
): RunRequest | undefined {
  const { repo, sender, request } = event;
  const isOne = request !== undefined;
  const [before] = check;
  // who presses the button for all of them twice asks twice, and the same delivery that comes twice once
  const made = isOne ? undefined : check.find(({ spec }) => spec.source?.delivery === delivery.id);
  if (made !== undefined) return made;
  const { pullRequest } = facts.asked;
  const number = before.spec.pullRequest?.number;
  if (before.spec.pipeline === 'pr-test' && pullRequest !== undefined && pullRequest.number !== number) {
    notes.push(`the commit is also that of pull request ${number}, which is tested again by /test there`);
    return undefined;
  }
  const source = { event: delivery.name, delivery: delivery.id, sender: displayText(sender) };
  return rerunOf(before, {
    repo,
    known: facts.known,
    // all of a commit bear one id, however often they are asked for
    attempt: isOne ? event.id : (before.spec.source?.attempt ?? 0) + 1,
    fresh: askedNow(before, { repo, shares, source }, facts, notes),
    source,
  });
}
