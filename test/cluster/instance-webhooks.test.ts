import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeClient } from '../../lib/kube/client';
import { createClient } from '../../lib/kube/client';
import { TEKTON, instanceAdmission, instanceNamespace } from '../../lib/words/names';
import { suiteWith } from '../output/tasks/support/tools';
import type { ApiServer } from './api-server';
import { startApiServer } from './api-server';
import { apply, inForce, kubectl, refusal } from './kubectl';
import { adminOf } from './orchestrator/support/admin';
import { TEAMS, defineTekton, synthTwoTektons } from './two-tektons';
import type { WebhookServer } from './webhook-server';
import { ADMITTED_BY, MUTATE, startWebhookServer } from './webhook-server';

/**
 * Of two Tektons in one cluster, each admits what is in its own namespaces, and a bad Pipeline is refused by its own. The
 * configurations are those of dist/install; in the place of Tekton's webhooks answer servers of this test.
 */

const SHARED = 'shared';
/** Which instance a namespace is of; of none, it is the shared webhook's. */
const ADMITTED: Readonly<Record<string, string>> = {
  'ci-alpha': 'stable',
  'ci-beta': 'next',
  sandbox: 'next',
  'of-nobody': SHARED,
};
/** Whose settings a namespace holds. */
const SETTINGS: Readonly<Record<string, string>> = {
  [instanceNamespace('stable')]: 'stable',
  [instanceNamespace('next')]: 'next',
  [TEKTON.namespace]: SHARED,
  [TEKTON.resolvers]: SHARED,
};
const VALIDATE = 'validate';
const CONFIG = 'config';

const before = process.env.KUBECONFIG;
const root = mkdtempSync(join(tmpdir(), 'tekton-dag-instance-webhooks-'));
let server: ApiServer;
let client: KubeClient;
const webhooks = new Map<string, WebhookServer>();

const admission = (owner: string): string => (owner === SHARED ? TEKTON.admission : instanceAdmission(owner));
const configurations = (owner: string): readonly Configuration[] => [
  { kind: 'mutatingwebhookconfiguration', name: admission(owner), path: MUTATE },
  { kind: 'validatingwebhookconfiguration', name: `validation.${admission(owner)}`, path: VALIDATE },
  { kind: 'validatingwebhookconfiguration', name: `config.${admission(owner)}`, path: CONFIG },
];
interface Configuration {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
}

const operations = ['CREATE', 'UPDATE'];
const RULES: Readonly<Record<string, object>> = {
  [MUTATE]: { operations, apiGroups: ['tekton.dev'], apiVersions: ['v1'], resources: ['pipelines', 'tasks'] },
  [VALIDATE]: { operations, apiGroups: ['tekton.dev'], apiVersions: ['v1'], resources: ['pipelines', 'tasks'] },
  [CONFIG]: { operations, apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] },
};

/** As the webhook's program does when it starts: it says for what it is asked and how it is known, with its own account. */
function register(owner: string, { kind, name, path }: Configuration, as = owner): void {
  const { url, caBundle } = webhooks.get(owner)!;
  const found = JSON.parse(kubectl(['get', kind, name, '--output=json'])) as { webhooks: readonly object[] };
  const clientConfig = { url: `${url}/${path}`, caBundle };
  const changed = found.webhooks.map((webhook) => ({ ...webhook, rules: [RULES[path]], clientConfig }));
  const namespace = as === SHARED ? TEKTON.namespace : instanceNamespace(as);
  kubectl(
    ['replace', `--as=system:serviceaccount:${namespace}:tekton-pipelines-webhook`, '--filename=-'],
    JSON.stringify({ ...found, webhooks: changed }),
  );
}

/** What the servers are asked while something is done: `next: validate Pipeline ci-beta`. */
async function calls(act: () => Promise<unknown>): Promise<readonly string[]> {
  for (const { calls } of webhooks.values()) calls.length = 0;
  await act();
  return asked();
}
const asked = (): readonly string[] =>
  [...webhooks].flatMap(([owner, { calls }]) => calls.map((call) => `${owner}: ${call}`)).sort();

interface Made {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations?: object };
}
let count = 0;
// kubectl would hold up this process, and with it the servers that are to be asked
const create = (object: Made): Promise<Made> =>
  client.create<Made>(
    { apiVersion: object.apiVersion, plural: `${object.kind.toLowerCase()}s` },
    object.metadata.namespace,
    object,
  );
const refused = (object: Made): Promise<string | undefined> =>
  create(object).then(
    () => undefined,
    (error: Error) => error.message,
  );
const pipeline = (namespace: string, tasks: readonly object[]) => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'Pipeline',
  metadata: { name: `made-${++count}`, namespace },
  spec: { tasks },
});
const good = (namespace: string) => pipeline(namespace, [{ name: 'one', taskRef: { name: 'one' } }]);
const settings = (namespace: string, labels: object = { 'app.kubernetes.io/part-of': 'tekton-pipelines' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `made-${++count}`, namespace, labels },
});

suiteWith(['openssl'], 'the webhooks of two Tektons', () => {
  beforeAll(async () => {
    server = await startApiServer(process.env.KUBEBUILDER_ASSETS as string);
    process.env.KUBECONFIG = server.kubeconfig;
    client = createClient(adminOf(server.kubeconfig));
    for (const owner of [...new Set(Object.values(ADMITTED))]) webhooks.set(owner, await startWebhookServer(owner));
    synthTwoTektons(root);
    defineTekton();
    for (const name of Object.keys(TEAMS)) apply(join(root, 'dist/teams', name, '00-namespace.yaml'));
    for (const namespace of ['sandbox', 'of-nobody']) kubectl(['create', 'namespace', namespace]);
    const folder = join(root, 'dist/install/ci');
    for (const file of readdirSync(folder).filter((name) => !name.includes('definitions'))) apply(join(folder, file));
  }, 240_000);
  afterAll(async () => {
    process.env.KUBECONFIG = before;
    rmSync(root, { recursive: true });
    for (const webhook of webhooks.values()) await webhook.stop();
    await server.stop();
  });

  it("may change no other's configuration, so that nothing is sent elsewhere", () => {
    for (const one of configurations('stable'))
      expect(refusal(() => register('stable', one, 'next'))).toContain('is forbidden');
    expect(refusal(() => register(SHARED, configurations(SHARED)[0]!, 'next'))).toContain('is forbidden');
  }, 180_000);

  it('are asked once each has said how it is known', async () => {
    for (const owner of webhooks.keys()) for (const one of configurations(owner)) register(owner, one);
    const all = [...webhooks.keys()].flatMap((owner) => configurations(owner).map(({ path }) => `${owner}: ${path}`));
    await inForce(async () => {
      for (const namespace of Object.keys(ADMITTED)) await create(good(namespace));
      for (const namespace of Object.keys(SETTINGS)) await create(settings(namespace));
      return all.every((one) => asked().some((call) => call.startsWith(one)));
    });
  }, 180_000);

  describe.each(Object.entries(ADMITTED))('in namespace %s', (namespace, owner) => {
    it(`nobody is asked about a Pipeline but that of ${owner}`, async () => {
      let stored: Made | undefined;
      expect(await calls(async () => (stored = await create(good(namespace))))).toEqual([
        `${owner}: ${MUTATE} Pipeline ${namespace}`,
        `${owner}: ${VALIDATE} Pipeline ${namespace}`,
      ]);
      expect(stored?.metadata.annotations).toEqual({ [ADMITTED_BY]: owner });
    });

    it('it refuses a bad one', async () =>
      expect(await refused(pipeline(namespace, []))).toContain(
        `admission webhook "validation.${admission(owner)}" denied the request: ${owner} takes no Pipeline without tasks`,
      ));

    it('a ConfigMap is nobody’s, whatever its labels say', async () =>
      expect(await calls(() => create(settings(namespace)))).toEqual([]));
  });

  describe.each(Object.entries(SETTINGS))('in namespace %s', (namespace, owner) => {
    it(`settings are checked by that of ${owner} alone`, async () =>
      expect(await calls(() => create(settings(namespace)))).toEqual([`${owner}: ${CONFIG} ConfigMap ${namespace}`]));

    it('what is no setting of Tekton is checked by none', async () =>
      expect(await calls(() => create(settings(namespace, {})))).toEqual([]));
  });

  it('that is away stops its own namespaces and no other', async () => {
    await webhooks.get('next')!.stop();
    webhooks.delete('next');
    for (const [namespace, owner] of Object.entries(ADMITTED)) {
      const answer = await refused(good(namespace));
      if (owner === 'next') expect(answer).toContain(`failed calling webhook "${admission('next')}"`);
      else expect([namespace, answer]).toEqual([namespace, undefined]);
    }
  }, 180_000);
});
