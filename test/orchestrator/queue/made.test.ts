import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOOLS_MAX, madeSchema } from '../../../lib/runs/ask/made';
import { pipelineHash } from '../../../lib/runs/run/compose';
import { ANNOTATIONS } from '../../../lib/words/labels';
import { OWN_VERSION } from '../../../lib/words/own-version';
import { act } from '../../../orchestrator/src/queue/act';
import { admit } from '../../../orchestrator/src/queue/admit';
import type { Context } from '../../../orchestrator/src/queue/admit';
import { madeOf, toolsOf } from '../../../orchestrator/src/queue/made';
import { PIPELINES, REQUESTS, RUNS, TASK_RUNS } from '../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { configurationHash } from '../../../orchestrator/src/queue/run';
import { leaseAdmission } from '../../../orchestrator/src/queue/slots';
import type { TaskRun } from '../../../orchestrator/src/queue/task';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { MemoryApi } from '../support/memory-api';
import { silent } from '../support';
import { NAMESPACE, pipelinesIn, request, team } from '../support/team';

/** What a run was made of is written into its request, and read from nothing that whoever asks could write. */

const digest = (letter: string): string => letter.repeat(64);
const taskRun = (...images: readonly string[]): TaskRun => ({
  metadata: { name: 'any' },
  status: { steps: images.map((imageID, index) => ({ name: `step-${index}`, imageID })) },
});

async function admitted() {
  const api = new MemoryApi();
  for (const { apiVersion, kind, ...pipeline } of pipelinesIn(NAMESPACE))
    await api.create(PIPELINES, NAMESPACE, { ...pipeline, apiVersion, kind });
  await api.create(REQUESTS, NAMESPACE, request('asked'));
  const context: Context = {
    api,
    admission: leaseAdmission(api),
    team: team(1),
    log: silent,
    metrics: createMetrics(),
    onTaken: () => undefined,
    onPostponed: () => undefined,
  };
  const asked = async () => (await api.get<Request>(REQUESTS, NAMESPACE, 'asked'))!;
  await admit(context, await asked(), 'slot-0');
  return { api, context, asked };
}

it('is the Pipeline as the run was composed from it, the configuration and the version', async () => {
  const { api, asked } = await admitted();
  const { spec } = pipelinesIn(NAMESPACE).find(({ metadata }) => metadata.name === 'shop-verify')!;
  const { status } = await asked();
  expect(status?.made).toEqual({
    pipeline: pipelineHash({ spec }),
    configuration: configurationHash(await asked(), team(1)),
    version: OWN_VERSION,
  });
  expect(madeSchema.safeParse(status?.made).error).toBeUndefined();
  expect(madeOf((await api.get<Run>(RUNS, NAMESPACE, 'asked'))!)).toEqual(status?.made);
});

it('gets the images of its steps once it is over, and keeps the rest', async () => {
  const { api, context, asked } = await admitted();
  const { made: before, runUID } = (await asked()).status!;
  const labels = { 'tekton.dev/pipelineRun': 'asked' };
  await api.create(TASK_RUNS, NAMESPACE, {
    ...taskRun(`docker.io/alpine/git@sha256:${digest('a')}`),
    metadata: { name: 'asked-only', labels, ownerReferences: [{ uid: runUID }] },
  });
  await api.create(TASK_RUNS, NAMESPACE, {
    ...taskRun(`docker.io/another@sha256:${digest('b')}`),
    metadata: { name: 'other', labels, ownerReferences: [{ uid: 'of another run of its name' }] },
  });
  const status = { phase: 'Succeeded', finishedAt: '2026-01-01T00:10:00Z' } as const;
  await act(context, { do: 'write', request: await asked(), status });
  expect((await asked()).status?.made).toEqual({ ...before, tools: [`docker.io/alpine/git@sha256:${digest('a')}`] });
});

it('is another with another configuration of the team or the stack, and the same with another limit', () => {
  const asked = request('asked') as Request;
  const hash = (over: object) => configurationHash(asked, { ...team(1), ...over });
  const [stack] = team(1).stacks;
  expect(hash({ maxConcurrentRuns: 9 })).toBe(hash({}));
  expect(hash({ stacks: [stack, { ...stack, name: 'another' }] })).toBe(hash({}));
  expect(hash({ forks: 'restricted' })).not.toBe(hash({}));
  expect(hash({ stacks: [{ ...stack, apps: stack!.apps.slice(1) }] })).not.toBe(hash({}));
});

it('knows of a run only what that says', () => {
  const run = { metadata: { name: 'x', annotations: { [ANNOTATIONS.version]: '1' } } } as unknown as Run;
  expect(madeOf(run)).toEqual({ version: '1' });
  const written = { ...run.metadata.annotations, [ANNOTATIONS.pipelineHash]: 'by hand' };
  expect(madeOf({ ...run, metadata: { ...run.metadata, annotations: written } })).toEqual({});
});

describe('the images of steps', () => {
  it('are each told once, by digest, whatever the runtime writes before them', () =>
    expect(
      toolsOf([
        taskRun(`docker-pullable://docker.io/b@sha256:${digest('b')}`, `docker.io/a@sha256:${digest('a')}`),
        taskRun(`docker.io/a@sha256:${digest('a')}`),
      ]),
    ).toEqual([`docker.io/a@sha256:${digest('a')}`, `docker.io/b@sha256:${digest('b')}`]));

  it('are left out where nobody could have them again', () =>
    expect(toolsOf([taskRun(`sha256:${digest('a')}`, ''), { metadata: { name: 'not begun' } }])).toEqual([]));

  it('are only so many, so that the request stays small', () => {
    const many = Array.from({ length: 50 }, (_, index) => `docker.io/tool-${index}@sha256:${digest('a')}`);
    const told = toolsOf([taskRun(...many, `docker.io/${'long'.repeat(60)}@sha256:${digest('a')}`)]);
    expect(told).toHaveLength(TOOLS_MAX);
    expect(madeSchema.safeParse({ tools: told }).error).toBeUndefined();
  });
});

it.each(['package.json', 'orchestrator/package.json'])('says the version of %s', (file) => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../..', file), 'utf8')) as { version: string };
  expect(version).toBe(OWN_VERSION);
});
