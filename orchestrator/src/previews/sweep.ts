import type { KubeApi, KubeObject } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { SWEEPER_COMPONENT, closingRun, closingRunName } from '../../../lib/runs/run/closing-run';
import { COMPONENT, LABELS } from '../../../lib/words/labels';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Run } from '../queue/objects';
import { RUNS, TASK_RUNS, isDone, succeededOf } from '../queue/objects';
import type { TaskRun } from '../queue/task';
import type { Opened } from './open';
import { openedBy, whyIdle } from './open';

export interface SweepOptions {
  readonly api: KubeApi;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'previewsClosed'>;
}

/** TaskRuns of a team that close previews at once: they take no slot. */
const AT_ONCE = 10;

type Closing = TaskRun & Pick<Run, 'status'>;

/**
 * Closes the previews of a team whose run is over or was deleted. The orchestrator may list previews but not delete
 * them: a TaskRun with the account that opens them does it, and takes no slot. One that is over is deleted at the next look,
 * which makes another one if something is still open.
 * @throws ApiError if the API server does not tell what is open
 */
export async function sweep(options: SweepOptions, { name, namespace, previews }: TeamConfig): Promise<void> {
  if (previews === undefined) return;
  const { api } = options;
  const closing = await api.list<Closing>(TASK_RUNS, namespace, `${COMPONENT}=${SWEEPER_COMPONENT}`);
  const known = new Set(closing.items.map(({ metadata }) => metadata.name));
  const lists = await Promise.all(
    previews.namespaces.map(async (place) =>
      openedBy(place, (await api.list<KubeObject>(previews.kind, place, LABELS.runUid)).items),
    ),
  );
  await Promise.all(closing.items.filter(isDone).map((one) => forget(options, one)));
  // one that is over leaves its place to others at once, so that what cannot be closed holds up nobody
  let begun = closing.items.filter((one) => !isDone(one)).length;
  for (const opened of lists.flat()) {
    if (begun >= AT_ONCE) return;
    if (known.has(closingRunName(opened))) continue;
    if (await close(options, { name, namespace, podTemplate: previews.podTemplate }, opened)) begun++;
  }
}

type Team = Pick<TeamConfig, 'name' | 'namespace'> & Pick<NonNullable<TeamConfig['previews']>, 'podTemplate'>;

/** @returns whether it has begun to */
async function close({ api, log, metrics }: SweepOptions, team: Team, opened: Opened): Promise<boolean> {
  const about = { runs: opened.runs, uid: opened.uid, namespace: opened.namespace };
  try {
    const runs = await Promise.all(opened.runs.map((run) => api.get<Run>(RUNS, team.namespace, run)));
    const why = whyIdle(
      opened,
      runs.flatMap((run) => run ?? []),
    );
    if (why === undefined) return false;
    await api.create(TASK_RUNS, team.namespace, closingRun(opened, team.podTemplate));
    metrics.previewsClosed.inc({ team: team.name });
    log.info({ ...about, why }, 'previews are closed');
    return true;
  } catch (error) {
    // another replica was first
    if (error instanceof ApiError && error.status === 409) return true;
    log.warn({ ...about, message: (error as Error).message }, 'previews are not closed; it is tried again');
    return false;
  }
}

async function forget({ api, log }: SweepOptions, one: Closing): Promise<void> {
  const { name, namespace, uid } = one.metadata;
  const { status, message } = succeededOf(one) ?? {};
  if (status === 'False') log.warn({ taskRun: name, namespace, message }, 'closing previews failed; it is tried again');
  try {
    await api.delete(TASK_RUNS, namespace!, name, { uid });
  } catch (error) {
    log.warn({ taskRun: name, namespace, message: (error as Error).message }, 'not deleted; it is tried again');
  }
}
