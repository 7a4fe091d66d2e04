import { PIPELINES } from '../../../lib/words/names';
import type { Ask } from '../../../lib/runs/ask/ask';
import type { KubeObject } from '../../../lib/kube/api';
import { ANNOTATIONS } from '../../../lib/words/labels';
import { LEASES, PENDING, REQUESTS, RUNS } from '../../../orchestrator/src/queue/objects';
import type { Request, Run } from '../../../orchestrator/src/queue/objects';
import { leaseAdmission } from '../../../orchestrator/src/queue/slots';
import type { PullOptions } from '../../orchestrator/support';
import { configurationOf, front, pullRequestPayload } from '../../orchestrator/support';
import { request, team } from '../../orchestrator/support/team';
import type { ApiServer } from '../api-server';
import { kubectl } from '../kubectl';
import { startTektonServer } from '../tekton-server';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/**
 * A rolling upgrade: replicas of this version beside what another version has written, and under the schema of another one.
 * The older version is that before requests said the number of their repository. The newer one is made up.
 */

const { KUBEBUILDER_ASSETS: assets } = process.env;
const TEAM = 'queue-versions';
const LIMIT = 2;
const CRD = 'runrequests.tekton-dag.io';
const LEASE = 'tekton-dag-orchestrator';
/** A pipeline that this version does not know. */
const UNKNOWN = 'canary' as Ask['pipeline'];
const START = Date.now() - 600_000;

interface Schema {
  readonly properties: Record<string, Schema>;
  enum?: string[];
}

const pull = (number: number, commit = 1): PullOptions => ({
  number,
  sha: `${commit}${String(number).padStart(39, '0')}`,
  at: new Date(START + commit * 1000).toISOString().replace(/\.\d+/, ''),
  ...(commit > 1 && { action: 'synchronize', before: `${commit - 1}${String(number).padStart(39, '0')}` }),
});

/** As the older version asks for it. */
async function askedByOlder(event: PullOptions): Promise<Request> {
  const { deliver, requests } = front(configurationOf(team(LIMIT, TEAM, TEAM)), { now: () => Date.now() });
  await deliver('pull_request', pullRequestPayload(event));
  const [{ metadata, spec, ...rest }] = requests() as [Request];
  const { name, labels } = metadata;
  return {
    ...rest,
    metadata: { name, labels },
    spec: { ...spec, source: { ...spec.source, repository: undefined } },
  } as Request;
}

// a cluster that others use keeps its schemas
if (assets) {
  let server: ApiServer;
  let scene: Scene;
  let replicas: readonly Replica[];
  /** Names of the runs that go on. */
  const going = new Set<string>();
  /** While the newer one leads. */
  let leading: NodeJS.Timeout | undefined;

  beforeAll(async () => {
    server = await startTektonServer(assets);
    const { kubeconfig } = server;
    scene = await Scene.open({ [TEAM]: LIMIT }, ({ metadata }) => !going.has(metadata.name), { kubeconfig });
    replicas = await scene.start({ first: [], second: [] });
  });
  afterAll(async () => {
    clearInterval(leading);
    await scene.close();
    await server.stop();
  });
  afterEach(() => expect(scene.history.violations()).toEqual([]));

  /** To both replicas at once. @returns the statuses that both answered with, in order */
  const deliverToBoth = async (event: PullOptions): Promise<readonly number[]> => {
    const payload = pullRequestPayload(event);
    const answers = await Promise.all(replicas.map((replica) => replica.deliver('pull_request', payload)));
    return answers.map(({ status }) => status).sort();
  };
  const requestOf = async (name: string): Promise<Request> => (await scene.api.get<Request>(REQUESTS, TEAM, name))!;
  const become = (name: string, phase: string) =>
    scene.until(60, async () => {
      const { status } = await requestOf(name);
      return status?.phase === phase || `${name} is ${JSON.stringify(status)}, not ${phase}`;
    });
  const end = (name: string): void => {
    going.delete(name);
    scene.tekton.lookAgain();
  };

  /** Installs another schema of requests, and waits until it is in force. @param probe a request that tells by what is kept of it */
  async function install(change: (schema: Schema) => void, probe: object, isInForce: (kept: string) => boolean) {
    const at = `--kubeconfig=${server.kubeconfig}`;
    const crd = JSON.parse(kubectl(['get', 'crd', CRD, '--output=json', at])) as {
      spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
    };
    change(crd.spec.versions[0]!.schema.openAPIV3Schema);
    kubectl(['replace', '--filename=-', at], JSON.stringify(crd));
    const create = ['create', '--dry-run=server', '--validate=ignore', '--filename=-', '--output=json', at];
    await scene.until(
      60,
      async () => isInForce(kubectl(create, JSON.stringify(probe))) || 'the schema is not in force',
    );
  }

  it('what the older one asked for is not asked for again, and gives way to a newer commit', async () => {
    const events = [1, 2, 3].map((number) => pull(number));
    const asked = await Promise.all(events.map(askedByOlder));
    const [first] = asked.map(({ metadata }) => metadata.name) as [string];
    going.add(first);
    for (const one of asked) await scene.api.create(REQUESTS, TEAM, one);
    await become(first, 'Running');
    expect(await Promise.all(events.map(deliverToBoth))).toEqual(events.map(() => [200, 200]));
    expect(await deliverToBoth(pull(1, 2))).toEqual([200, 202]);
    await become(first, 'Cancelled');
    await scene.quiet();
    expect((await scene.requests()).length).toBe(4);
    expect(scene.history.started).toBe(4);
  });

  it('under the schema of the older one, which drops what it does not know, each delivery makes one run', async () => {
    const schemaOf = ({ properties }: Schema) => properties.spec!.properties.source!.properties;
    const probe = { ...request('probe', { source: { event: 'x', repository: { host: 'x' } } }) };
    const kept: Schema[] = [];
    const inTeam = { ...probe, metadata: { name: 'probe', namespace: TEAM } };
    await install(
      (schema) => {
        kept.push(schemaOf(schema).repository!);
        delete schemaOf(schema).repository;
      },
      inTeam,
      (text) => !text.includes('"repository"'),
    );
    const before = scene.history.started;
    const events = [11, 12, 13].map((number) => pull(number));
    expect(await Promise.all(events.map(deliverToBoth))).toEqual(events.map(() => [200, 202]));
    expect(await Promise.all(events.map(deliverToBoth))).toEqual(events.map(() => [200, 200]));
    await scene.quiet();
    expect(scene.history.started).toBe(before + events.length);
    await install(
      (schema) => (schemaOf(schema).repository = kept[0]!),
      inTeam,
      (text) => text.includes('"repository"'),
    );
  });

  it('while a newer one leads, what it wrote is kept, what it began counts, and what it alone can run waits for it', async () => {
    await install(
      ({ properties: { spec, status } }) => {
        const { pipeline } = spec!.properties;
        pipeline!.enum!.push(UNKNOWN);
        Object.assign(spec!.properties, { hold: { type: 'string' } });
        Object.assign(status!.properties, { attempts: { type: 'integer' } });
      },
      {
        ...request('probe', { pipeline: 'verify', hold: 'x' } as Partial<Ask>),
        metadata: { name: 'probe', namespace: TEAM },
      },
      (text) => text.includes('"hold"'),
    );
    const lead = () =>
      scene.api.patch(LEASES, TEAM, LEASE, {
        metadata: { annotations: { 'example.com/newer': 'kept' } },
        spec: { holderIdentity: 'newer/0#1', renewTime: new Date().toISOString().replace('Z', '000Z') },
      });
    await scene.quiet();
    await lead();
    leading = setInterval(() => void lead().catch(() => undefined), 1_000);

    // it has begun one
    const begun = await scene.ask(TEAM, request('begun', { pipeline: UNKNOWN, priority: 9 }));
    going.add('begun');
    const slot = (await leaseAdmission(scene.api).take('slot-0', begun, TEAM))!;
    const run = await scene.api.create<Run>(RUNS, TEAM, {
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name: 'begun', annotations: { [ANNOTATIONS.requestUid]: begun.metadata.uid } },
      spec: { status: PENDING, pipelineRef: { name: 'shop-canary' } },
    });
    const status = { phase: 'Admitted', runUID: run.metadata.uid, slot: slot.metadata.name, attempts: 3 };
    await scene.api.patch(REQUESTS, TEAM, 'begun', { status }, { subresource: 'status' });

    // and left others, which would go first
    const left = ['left-1', 'left-2', 'left-3'];
    for (const name of left) await scene.ask(TEAM, request(name, { pipeline: UNKNOWN, priority: 5 }));
    const plain = Array.from({ length: 4 }, (_, index) => `plain-${index}`);
    for (const name of plain) await scene.ask(TEAM, request(name, { hold: 'kept' } as Partial<Ask>));
    for (const name of plain) await become(name, 'Succeeded');
    expect((await Promise.all(plain.map(requestOf))).map(({ spec }) => spec)).toEqual(
      plain.map(() => expect.objectContaining({ hold: 'kept' })),
    );
    await become('begun', 'Running');
    end('begun');
    await become('begun', 'Succeeded');
    expect((await requestOf('begun')).status).toMatchObject({ attempts: 3 });
    for (const name of left)
      expect((await requestOf(name)).status).toEqual({
        phase: 'Queued',
        message: `waits for an orchestrator that knows pipeline '${UNKNOWN}': this one is of an older version`,
      });
    expect(PIPELINES).not.toContain(UNKNOWN);

    // it takes what is left back, and goes away
    for (const name of left) await scene.api.patch(REQUESTS, TEAM, name, { spec: { cancel: true } });
    await scene.quiet();
    clearInterval(leading);
    const lease = await scene.until(60, async () => {
      const found = (await scene.api.get<KubeObject & { spec: { holderIdentity: string } }>(LEASES, TEAM, LEASE))!;
      return found.spec.holderIdentity === 'newer/0#1' ? 'nobody leads in its place' : found;
    });
    expect(lease.metadata.annotations).toEqual({ 'example.com/newer': 'kept' });
  });
}
