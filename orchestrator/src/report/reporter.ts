import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../abort';
import type { Configuration, Placement } from '../../../lib/runs/configuration/configuration';
import type { Known } from '../../../lib/runs/decisions/decision';
import type { Repo } from '../../../lib/runs/events/event';
import { STALE_AFTER } from '../../../lib/runs/decisions/decision';
import { isCancelMarker } from '../../../lib/runs/decisions/cancel-marker';
import { isOfHost, repoOf } from '../../../lib/runs/decisions/of-host';
import { newest } from '../../../lib/runs/decisions/test-request';
import type { KubeApi } from '../../../lib/kube/api';
import type { Log } from '../log';
import type { Request } from '../queue/objects';
import { REQUESTS, isFinal } from '../queue/objects';
import { writeComment } from './comment';
import { writeCommitState } from './commit';
import type { GitHub, RepoPath } from './github-connection';
import { GitHubWaits } from './github-connection';
import { annotationsOf } from './annotations';
import { addFailedCases } from './failed-cases';
import { addFailureLogs } from './failure-logs';
import { reportOf, phaseOf } from './report';
import type { Task } from '../queue/task';
import { taskRunsOf, tasksOf } from '../queue/task';

/**
 * Reports to GitHub how requests stand. It looks at the requests as they are, not at their changes: `status.reported` says
 * what was reported last. So a replica that takes over goes on where the other stopped, and the next look repeats what
 * GitHub did not take.
 */

/** What the reporter reads, and writes with. */
export interface ReporterOptions {
  readonly api: Pick<KubeApi, 'list' | 'log' | 'patch'>;
  readonly github: GitHub;
  /** Whether the token is for a host; nothing is reported to any other. */
  readonly isHost: (host: string) => boolean;
  readonly requests: () => readonly Request[];
  readonly known: Pick<Known, 'ofPullRequest'>;
  readonly configuration: { readonly current: Configuration | undefined };
  readonly isLeading: () => boolean;
  readonly consoleUrl?: string;
  readonly log: Log;
  readonly now: () => number;
}

const LOOK_EVERY_MS = 10_000;
const WAIT_MS = { first: 5_000, last: 600_000 } as const;

/** Starts looking, every ten seconds while this replica leads. */
export function startReporter(options: ReporterOptions): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const reporter = new Reporter(options, signal);
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      if (options.isLeading()) await reporter.look();
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

/** Reports on all requests. */
export class Reporter {
  private readonly waits = new Map<string, { readonly until: number; readonly ms: number }>();

  constructor(
    private readonly options: ReporterOptions,
    private readonly signal: AbortSignal,
  ) {}

  /** Reports what is not reported yet. A report that fails is tried later, and no other one waits for it. */
  async look(): Promise<void> {
    const { requests, isLeading, now, log } = this.options;
    const current = new Set<string>();
    for (const request of requests()) {
      const { uid, name } = request.metadata;
      const target = this.target(request);
      if (target === undefined) continue;
      current.add(uid);
      if (this.signal.aborted || !isLeading()) return;
      const wait = this.waits.get(uid);
      if (wait !== undefined && wait.until > now()) continue;
      try {
        await abortable(this.signal, this.report(request, target));
        this.waits.delete(uid);
      } catch (error) {
        if (this.signal.aborted || error instanceof GitHubWaits) return;
        const ms = Math.min(wait === undefined ? WAIT_MS.first : wait.ms * 2, WAIT_MS.last);
        this.waits.set(uid, { until: now() + ms, ms });
        log.warn(
          { request: name, error: (error as Error).message, seconds: ms / 1000 },
          'GitHub could not be told; it is tried again',
        );
      }
    }
    for (const uid of this.waits.keys()) if (!current.has(uid)) this.waits.delete(uid);
  }

  /** Where to report on a request; undefined if nowhere, or if its end has been reported. */
  private target(request: Request): Target | undefined {
    const { spec, status } = request;
    const repo = repoOf(request);
    if (
      repo === undefined ||
      !isOfHost(request) ||
      !this.options.isHost(repo.host) ||
      !/^[0-9a-f]{40}$/.test(spec.revision ?? '') ||
      isCancelMarker(request)
    )
      return undefined;
    if (
      isFinal(request) &&
      (status?.reported?.startsWith(`${phaseOf(request)}:`) ||
        this.options.now() - Date.parse(status?.finishedAt ?? '') > STALE_AFTER)
    )
      return undefined;
    // a team may have been given up the repository since
    const { current } = this.options.configuration;
    const own = current && ownerOf(current, request, repo);
    if (own === undefined) return undefined;
    if (spec.pipeline !== 'pr-test' || spec.pullRequest === undefined)
      return { repo, stack: own.stack, isNewest: true };
    const last = newest(this.options.known.ofPullRequest(repo, spec.pullRequest.number), own);
    // the comment is the newest one's, and so is the status of a commit that both test
    if (last === undefined || last.metadata.name === request.metadata.name)
      return { repo, stack: own.stack, pullRequest: spec.pullRequest.number, isNewest: true };
    const isNewest = last.spec.revision !== spec.revision;
    return isNewest || this.options.github.appId !== undefined ? { repo, stack: own.stack, isNewest } : undefined;
  }

  private async report(request: Request, { repo, stack, pullRequest, isNewest }: Target): Promise<void> {
    const { api, github, consoleUrl, log } = this.options;
    const { namespace, name, uid } = request.metadata;
    const tasks = await this.tasks(request);
    const report = {
      ...reportOf(request, tasks, consoleUrl),
      ...(isFinal(request) && { annotations: annotationsOf(tasks, stack, repo.fullName) }),
    };
    const reported = `${phaseOf(request)}:${createHash('sha256').update(JSON.stringify(report)).digest('hex').slice(0, 20)}`;
    if (reported === request.status?.reported) return;
    const [owner = '', repository = ''] = repo.fullName.split('/');
    const path: RepoPath = { owner, repo: repository, request: { signal: this.signal } };
    await writeCommitState(github, path, request, report, isNewest);
    if (pullRequest !== undefined && report.marker !== undefined)
      await writeComment(github, path, pullRequest, report.marker, report.text);
    // without a condition on the version: if another replica has reported since, the worst is one more report
    await api.patch(REQUESTS, namespace, name, { metadata: { uid }, status: { reported } }, { subresource: 'status' });
    log.info({ request: name, namespace, phase: report.phase }, 'told GitHub');
  }

  /** The logs of a release are left out: it has secrets that the readers of a pull request may not see. */
  private async tasks(request: Request): Promise<readonly Task[]> {
    const tasks = tasksOf(await taskRunsOf(this.options.api, request));
    if (request.spec.pipeline !== 'pr-test') return tasks;
    const { api } = this.options;
    const { namespace } = request.metadata;
    return addFailedCases(api, namespace, await addFailureLogs(api, namespace, tasks));
  }
}

/** The team and stack of a request, if they have the repository that it names: by an address of it; or where nobody has that, by its name. */
function ownerOf(
  { teams, appsOf, claimsOf }: Configuration,
  { spec, metadata }: Request,
  repo: Repo,
): Pick<Placement, 'team' | 'stack'> | undefined {
  const team = teams.get(spec.team);
  const stack = team?.stacks.find(({ name }) => name === spec.stack);
  if (team === undefined || stack === undefined || team.namespace !== metadata.namespace) return undefined;
  const isHere = appsOf(repo).some(
    (placement) => placement.team.name === team.name && placement.stack.name === stack.name,
  );
  const isNamed =
    claimsOf(repo).length === 0 && stack.apps.some((app) => app.repo.toLowerCase() === repo.fullName.toLowerCase());
  return isHere || isNamed ? { team, stack } : undefined;
}

/** Where a report is written. */
interface Target {
  readonly repo: Repo;
  readonly stack: Placement['stack'];
  /** Undefined if only the commit is written on. */
  readonly pullRequest?: number;
  /** Whether no newer request tests the same commit. */
  readonly isNewest: boolean;
}
