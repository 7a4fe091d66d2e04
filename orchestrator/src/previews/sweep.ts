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

type Closing = TaskRun & Pick<Run, 'status'>;

/**
 * Closes the previews of a team whose run is over, was deleted, or hangs. The orchestrator may list previews but not delete
 * them: a TaskRun with the account that opens them does it, and takes no slot. One that is over is deleted at the next look,
 * which makes another one if something is still open.
 * @throws ApiError if the API server does not tell what is open
 */
export async function sweep(
  options: SweepOptions,
  { name, namespace, previews }: TeamConfig,
  now: Date,
): Promise<void> {
  if (previews === undefined) return;
  const { api } = options;
  const closing = await api.list<Closing>(TASK_RUNS, namespace, `${COMPONENT}=${SWEEPER_COMPONENT}`);
  const known = new Set(closing.items.map(({ metadata }) => metadata.name));
  const lists = await Promise.all(
    previews.namespaces.map(async (place) =>
      openedBy(place, (await api.list<KubeObject>(previews.kind, place, LABELS.runUid)).items),
    ),
  );
  await Promise.all([
    ...closing.items.filter(isDone).map((one) => forget(options, one)),
    ...lists
      .flat()
      .filter((opened) => !known.has(closingRunName(opened)))
      .map((opened) => close(options, { name, namespace, podTemplate: previews.podTemplate }, opened, now)),
  ]);
}

type Team = Pick<TeamConfig, 'name' | 'namespace'> & Pick<NonNullable<TeamConfig['previews']>, 'podTemplate'>;

async function close({ api, log, metrics }: SweepOptions, team: Team, opened: Opened, now: Date): Promise<void> {
  const { namespace } = team;
  try {
    const run = opened.run === '' ? undefined : await api.get<Run>(RUNS, namespace, opened.run);
    const why = whyIdle(opened, run, now);
    if (why === undefined) return;
    await api.create(TASK_RUNS, namespace, closingRun(opened, team.podTemplate));
    metrics.previewsClosed.inc({ team: team.name });
    log.info({ run: opened.run, uid: opened.uid, namespace: opened.namespace, why }, 'previews are closed');
  } catch (error) {
    // another replica was first
    if (error instanceof ApiError && error.status === 409) return;
    log.warn(
      { run: opened.run, uid: opened.uid, namespace: opened.namespace, message: (error as Error).message },
      'previews are not closed; it is tried again',
    );
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
