import { changedSince } from '../../../lib/runs/decisions/changed-since';
import type { Ask } from '../../../lib/runs/ask/ask';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { pipelineHash } from '../../../lib/runs/run/compose';
import { ApiError } from '../../../lib/kube/api';
import { configurationHash } from '../../../orchestrator/src/queue/run';
import type { Verb } from '../../../orchestrator/src/http/auth';
import { failingTasks, pullRequestRun } from '../../page/scene';
import { SHA, configurationOf, shop } from '../support';
import { api, callerWhoMay } from '../support/api';

/** A run is made again as it was, or it is said why it would be another. */

const team = shop();
const pipeline = { metadata: { name: 'shop-pr-test' }, spec: { tasks: [{ name: 'only' }] } };
const { request } = pullRequestRun(team, { number: 7, phase: 'Failed', apps: ['web'], tasks: failingTasks('web') });
const made = {
  pipeline: pipelineHash(pipeline),
  configuration: configurationHash(request, configurationOf(team).teams.get(team.name)!),
};
const whole = (spec: Partial<Ask> = {}, before: object = made): RunRequest => ({
  ...request,
  spec: { ...request.spec, ...spec },
  status: { ...request.status, made: before },
});

function served(run: RunRequest, verbs: readonly Verb[], now: object | null = pipeline) {
  const front = api(configurationOf(team), {
    authenticate: callerWhoMay(...verbs),
    api: {
      patch: async <T>() => ({}) as T,
      get: async <T>() => {
        if (now instanceof Error) throw now;
        return (now ?? undefined) as T | undefined;
      },
      list: async () => ({ items: [], resourceVersion: '1' }),
      follow: () => {
        throw new ApiError('there are no pods here', 404, 'NotFound');
      },
    },
  });
  const { namespace, name } = run.metadata;
  front.cluster.objects.set(`${namespace}/${name}`, run);
  const again = (query: string) => front.call('POST', `/api/runs/${name}/rerun${query}`);
  return { ...front, again };
}
const RELEASER: readonly Verb[] = ['create', 'release'];

it('asks for the same where nothing has changed', async () => {
  const run = whole({ overrides: { forceRebuild: true }, testApps: ['web'] });
  const { again, requests } = served(run, RELEASER);
  const { status, body } = await again('?exact=true');
  expect({ status, body }).toMatchObject({ status: 201, body: { status: 'created' } });
  const { source, ...spec } = requests().find(({ metadata }) => metadata.name === body.name)!.spec;
  expect(spec).toEqual(run.spec);
  expect(source).toMatchObject({ event: 'api.rerun' });
});

it.each<[string, RunRequest, object | null, string]>([
  ['the Pipeline is another', whole(), { ...pipeline, spec: { tasks: [] } }, 'its Pipeline has changed'],
  ['the Pipeline is gone', whole(), null, 'its Pipeline is not there any more'],
  [
    'nobody knows the Pipeline',
    whole({}, { configuration: made.configuration }),
    pipeline,
    'nobody knows what its Pipeline was',
  ],
  [
    'the configuration is another',
    whole({}, { ...made, configuration: 'f'.repeat(64) }),
    pipeline,
    'the configuration of its team and stack has changed: ffffffffffff then',
  ],
  ['it was of a branch', whole({ revision: 'refs/pull/7/head' }), pipeline, 'refs/pull/7/head is not a commit'],
])('is refused, and nothing is made, where %s', async (_, run, now, why) => {
  const { again, requests } = served(run, RELEASER, now);
  const { status, body } = await again('?exact=true');
  expect({ status, code: body.code }).toEqual({ status: 409, code: 'changed_since' });
  expect(body.errors.map(({ message }: { message: string }) => message)).toEqual([expect.stringContaining(why)]);
  expect(requests()).toHaveLength(1);
  expect((await again('?exact=true&allowChanges=true')).status).toBe(201);
});

it('is refused to whoever may not say that it is trusted, as it was', async () => {
  const { again, requests } = served(whole(), ['create']);
  expect((await again('?exact=true')).body.errors).toEqual([
    { path: 'trust', message: expect.stringContaining("the right to 'release'") },
  ]);
  const { body } = await again('?exact=true&allowChanges=true');
  expect(requests().find(({ metadata }) => metadata.name === body.name)?.spec.trust).toBe('untrusted');
});

it('takes nothing as exact that it does not understand, and says when the cluster does not answer', async () => {
  const { again } = served(whole(), RELEASER);
  expect((await again('?exakt=true')).status).toBe(422);
  expect((await again('?exact=yes')).status).toBe(422);
  const away = served(whole(), RELEASER, new ApiError('away'));
  expect((await away.again('?exact=true')).body.code).toBe('api_unavailable');
});

it('needs no Pipeline, and compares nothing, where it need not be exact', async () =>
  expect((await served(whole({}, {}), RELEASER, null).again('')).status).toBe(201));

it.each<[Partial<Ask>, readonly string[]]>([
  [{ pipeline: 'bootstrap', apps: [], revision: undefined }, ['revision']],
  [{ pipeline: 'bootstrap', apps: ['web'], revision: undefined, revisions: { web: SHA.a } }, []],
  [{ pipeline: 'promote', to: 'live', revision: undefined }, ['to']],
  [{ pipeline: 'merge-release', apps: ['web'] }, ['version']],
  [{ pipeline: 'merge-release', apps: ['web'], overrides: { version: '1.2.3' } }, []],
  [{ revisions: { cart: 'main' } }, ['revision']],
])('knows what a run takes as it finds it: %j', (spec, paths) =>
  expect(changedSince(whole(spec), made).map(({ path }) => path)).toEqual(paths),
);
