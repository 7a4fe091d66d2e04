import { pipelineHash } from '../../../lib/runs/run/compose';
import type { PipelineManifest } from '../../../lib/runs/run/compose';
import { OWN_VERSION } from '../../../lib/words/own-version';
import { PIPELINES, REQUESTS, RUNS, TASK_RUNS } from '../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { command } from '../../cli/runs/asked';
import { SHA } from '../../orchestrator/support';
import { request } from '../../orchestrator/support/team';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** What a run was made of, and the same run once more, by the commands, on a real API server. */

const TEAM = 'queue-made';
const TOOL = `docker.io/alpine/git@sha256:${'a'.repeat(64)}`;

let scene: Scene;
let url: string;
let isOver = false;
beforeAll(async () => {
  scene = await Scene.open({ [TEAM]: 3 }, () => isOver, { environment: { API_AUTH: 'none' } });
  const [replica] = await scene.start({ first: [] });
  url = await replica!.address();
});
afterAll(() => scene.close());

const asked = async (name: string): Promise<Request> => (await scene.api.get<Request>(REQUESTS, TEAM, name))!;
const run = (...args: readonly string[]) => command({ TEKTON_DAG_URL: url }, ...args);
const pipeline = async (): Promise<PipelineManifest> =>
  (await scene.api.get<PipelineManifest>(PIPELINES, TEAM, 'shop-verify'))!;

/** As Tekton writes it of a task of the run. */
async function taskRun(name: string): Promise<void> {
  const { metadata } = await scene.until(
    60,
    async () => (await scene.api.get<Run>(RUNS, TEAM, name)) ?? 'there is no run',
  );
  await scene.api.create(TASK_RUNS, TEAM, {
    apiVersion: TASK_RUNS.apiVersion,
    kind: 'TaskRun',
    metadata: {
      name: `${name}-only`,
      labels: { 'tekton.dev/pipelineRun': name, 'tekton.dev/pipelineTask': 'only' },
      ownerReferences: [{ apiVersion: RUNS.apiVersion, kind: 'PipelineRun', name, uid: metadata.uid }],
    },
    spec: { taskRef: { name: 'only' } },
  });
  const steps = [{ name: 'clone', container: 'step-clone', imageID: TOOL, terminated: { exitCode: 0 } }];
  await scene.api.patch(
    TASK_RUNS,
    TEAM,
    `${name}-only`,
    { status: { podName: `${name}-only-pod`, steps } },
    { subresource: 'status' },
  );
}

it('is in the status of its request: at first what it was composed of, at the end its tools', async () => {
  await scene.ask(TEAM, request('made', { pipeline: 'verify', revision: SHA.a }));
  await taskRun('made');
  const { status } = await scene.until(60, async () => {
    const found = await asked('made');
    return found.status?.phase === 'Running' ? found : `it is ${found.status?.phase}`;
  });
  const composed = {
    pipeline: pipelineHash(await pipeline()),
    configuration: expect.stringMatching(/^[0-9a-f]{64}$/),
    version: OWN_VERSION,
  };
  expect(status?.made).toEqual(composed);
  isOver = true;
  scene.tekton.lookAgain();
  expect(await run('report', 'made', '--wait')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(new RegExp(`^ {2}tool +${TOOL}$`, 'm')),
  });
  expect((await asked('made')).status?.made).toEqual({ ...composed, tools: [TOOL] });
});

it('makes the run again while it is the same, and no more once its Pipeline is another', async () => {
  const again = async (...options: readonly string[]): Promise<string | undefined> =>
    /^runrequest\/(\S+) created$/m.exec((await run('run', '--from', 'made', ...options)).stdout)?.[1];
  isOver = true;
  const same = await again();
  expect((await run('report', same!, '--wait', '--against', 'made')).stdout).toMatch(
    /^Changed since made .*: nothing that is known$/m,
  );
  const { pipeline: kind, revision } = (await asked(same!)).spec;
  expect([kind, revision]).toEqual(['verify', SHA.a]);

  await scene.api.patch(PIPELINES, TEAM, 'shop-verify', { spec: { description: 'another one' } });
  expect(await run('run', '--from', 'made')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('made: pipeline: its Pipeline has changed: '),
  });
  const other = await again('--allow-changes');
  expect((await run('report', other!, '--wait', '--against', 'made')).stdout).toMatch(/^ {2}Pipeline +\S+ +→ \S+$/m);
});
