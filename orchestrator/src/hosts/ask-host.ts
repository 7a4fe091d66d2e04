import type { Configuration } from '../../../lib/runs/configuration/configuration';
import { commandOf } from '../../../lib/runs/events/command';
import type { Asked, Known } from '../../../lib/runs/decisions/decision';
import { dependencyKey, dependsOn } from '../../../lib/runs/events/depends-on';
import type { Event, PullRequest, Repo } from '../../../lib/runs/events/event';
import { dependsOnPaths, sharesOf } from '../../../lib/runs/decisions/share';

/** A Git host that can be asked. It answers undefined where it cannot be reached: then the decision is made without. */
export interface GitHost {
  pullRequest(repo: Repo, number: number, signal: AbortSignal): Promise<PullRequest | undefined>;
  /** Undefined also if there are more than it lists. */
  changedFiles(repo: Repo, number: number, signal: AbortSignal): Promise<readonly string[] | undefined>;
}

/** Most of the time for an answer is left for creating requests. */
const ASK_MS = 2_500;

/** Asks the Git host for what the decision on an event needs and the event does not say. Most events need nothing. */
export async function askHost(
  host: GitHost | undefined,
  event: Event,
  configuration: Configuration,
  known: Known,
): Promise<Asked> {
  if (host === undefined || (event.kind !== 'pull-request' && event.kind !== 'comment')) return {};
  const shares = sharesOf(configuration, event.repo);
  if (shares.length === 0) return {};
  const signal = AbortSignal.timeout(ASK_MS);
  const inEvent = event.kind === 'pull-request' ? event.pullRequest : undefined;
  if (inEvent && (inEvent.draft || (event.kind === 'pull-request' && event.action === 'closed' && !inEvent.merged)))
    return {};
  if (event.kind === 'comment' && (commandOf(event.body) === undefined || !event.byMember)) return {};

  const number = event.kind === 'pull-request' ? event.pullRequest.number : event.number;
  const current =
    inEvent === undefined || hasRival(event.repo, inEvent, known)
      ? await host.pullRequest(event.repo, number, signal)
      : undefined;
  const pullRequest = inEvent ?? current;
  if (pullRequest === undefined) return {};
  const isNarrow = shares.some(({ apps }) => dependsOnPaths(apps));
  const [changedFiles, dependencies] = await Promise.all([
    isNarrow ? host.changedFiles(event.repo, pullRequest.number, signal) : undefined,
    Promise.all(
      dependsOn(pullRequest.body).map(
        async (dependency) =>
          [
            dependencyKey(dependency),
            await host.pullRequest({ host: event.repo.host, fullName: dependency.fullName }, dependency.number, signal),
          ] as const,
      ),
    ),
  ]);
  const found = dependencies.filter((entry): entry is readonly [string, PullRequest] => entry[1] !== undefined);
  return { pullRequest: current, changedFiles, dependencies: new Map(found) };
}

/** Whether another commit of the same second is known. */
const hasRival = (repo: Repo, { number, headSha, updatedAt, open }: PullRequest, known: Known): boolean =>
  open &&
  known
    .ofPullRequest(repo, number)
    .some(
      ({ spec }) =>
        spec.revision !== undefined &&
        spec.revision !== headSha &&
        Date.parse(spec.source?.eventTime ?? '') === Date.parse(updatedAt),
    );
