import { loadAll } from 'js-yaml';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { unknownFields } from '../../../lib/kube/schema';
import { synthFleet } from '../../../lib/output/synth';
import { prune } from '../../../lib/tekton/spec/prune';
import type { PipelineSpec } from '../../../lib/tekton/spec/wire';
import type { TeamProps } from '../../../lib/fleet/team';
import { app, fixture, resolve, stackFile, team } from '../../fleet/support';
import { find as inOutput, objectsOf, permits } from '../gitops/controller';
import { PUBLIC_KEY } from './public-key';

/** Tekton Chains, as a cluster installs it, and what a team has where there is one. */

const RELEASE = { ...fixture('tekton', 'chains.yaml'), file: 'vendor/chains.yaml' };
const KEY = `publicKey: ${JSON.stringify(PUBLIC_KEY)}`;
const resolved = (text: string, props: Partial<TeamProps> = {}) =>
  resolve({
    clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\n${text}` }],
    releases: [RELEASE],
    teams: [team('alpha', ['alpha'], { cluster: 'ci', ...props })],
    stacks: [stackFile('alpha', [app('web'), app('api')])],
  });
function files(...from: Parameters<typeof resolved>): ReadonlyMap<string, string> {
  const { fleet, said } = resolved(...from);
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
}
const chains = (more = '') => `chains: { release: vendor/chains.yaml, ${KEY}${more} }\n`;
const named = (objects: readonly Manifest[], kind: string, name: string): Manifest => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};
const identity = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
const output = files(chains(', store: { name: vault }'));
const installed = objectsOf(output, 'install/ci');

describe('Chains of a release', () => {
  it('holds every object of it, but for the empty Secret and what lets it read every Secret', () => {
    const left = ['Secret signing-secrets', 'ClusterRoleBinding tekton-chains-controller-tenant-access'];
    const released = (loadAll(RELEASE.text) as Manifest[]).map(identity);
    const made = installed.filter(({ kind }) => kind !== 'ExternalSecret').map(identity);
    expect(made).toEqual(released.filter((one) => !left.includes(one)));
  });

  it('signs what a TaskRun says that it pushed, beside the image, and nothing else', () => {
    expect(named(installed, 'ConfigMap', 'chains-config').data).toEqual({
      'artifacts.taskrun.format': 'slsa/v2alpha3',
      'artifacts.taskrun.storage': 'oci',
      'artifacts.taskrun.signer': 'x509',
      'artifacts.pipelinerun.storage': '',
      'artifacts.pipelinerun.signer': 'x509',
      'artifacts.oci.storage': '',
      'artifacts.oci.signer': 'x509',
      'builder.id': 'https://tekton-dag.io/clusters/ci',
      'transparency.enabled': 'false',
    });
  });

  it('watches the namespaces of the teams, and reads Secrets there alone', () => {
    const [container] = at(
      named(installed, 'Deployment', 'tekton-chains-controller'),
      'spec',
      'template',
      'spec',
      'containers',
    ) as readonly [{ args: string[] }];
    expect(container.args).toEqual(['-namespace=ci-alpha']);
    const own = objectsOf(output, 'teams/alpha');
    expect(named(own, 'Role', 'tekton-dag-chains')).toMatchObject({
      metadata: { namespace: 'ci-alpha' },
      rules: [{ apiGroups: [''], resources: ['secrets', 'serviceaccounts'], verbs: ['get'] }, {}],
    });
    expect(named(own, 'RoleBinding', 'tekton-dag-chains').subjects).toEqual([
      { kind: 'ServiceAccount', name: 'tekton-chains-controller', namespace: 'tekton-chains' },
    ]);
  });

  it('gets its key from a store', () => {
    const secret = named(installed, 'ExternalSecret', 'signing-secrets');
    expect(secret.metadata.namespace).toBe('tekton-chains');
    expect(at(secret, 'spec', 'data')).toMatchObject([
      { secretKey: 'cosign.key', remoteRef: { key: 'tekton-chains/signing-secrets', property: 'cosign-key' } },
      {
        secretKey: 'cosign.password',
        remoteRef: { key: 'tekton-chains/signing-secrets', property: 'cosign-password' },
      },
    ]);
  });

  it('or leaves it in a KMS, which knows the account of Chains; then the empty Secret stays', () => {
    const objects = objectsOf(
      files(
        chains(
          ', builder: https://ci.acme.example, kms: { key: "hashivault://chains", auth: { address: https://vault.acme.example }, accountAnnotations: { eks.amazonaws.com/role-arn: arn } }',
        ),
      ),
      'install/ci',
    );
    expect(named(objects, 'ConfigMap', 'chains-config').data).toMatchObject({
      'artifacts.taskrun.signer': 'kms',
      'signers.kms.kmsref': 'hashivault://chains',
      'signers.kms.auth.address': 'https://vault.acme.example',
      'builder.id': 'https://ci.acme.example',
    });
    expect(named(objects, 'ServiceAccount', 'tekton-chains-controller').metadata.annotations).toMatchObject({
      'eks.amazonaws.com/role-arn': 'arn',
    });
    expect(objects.map(identity)).toContain('Secret signing-secrets');
    expect(objects.map(({ kind }) => kind)).not.toContain('ExternalSecret');
  });

  it('asks registries by plain HTTP where the cluster says so', () => {
    const objects = objectsOf(files(`insecureRegistry: true\n${chains()}`), 'install/ci');
    expect(named(objects, 'ConfigMap', 'chains-config').data).toMatchObject({
      'storage.oci.repository.insecure': 'true',
    });
  });

  it('may be applied by Argo CD', () => {
    const application = inOutput(output, 'Application', 'tekton-dag.ci.install');
    for (const object of installed) expect([object, permits(output, application, object)]).toEqual([object, true]);
  });
});

it('the operator is told the same, and makes no key', () => {
  const operator = 'tekton: { install: operator, channel: latest }\ninsecureRegistry: true\n';
  const objects = objectsOf(files(`${operator}chains: { ${KEY}, store: { name: vault } }\n`), 'install/ci');
  const config = objects.find(({ kind }) => kind === 'TektonConfig') as Manifest;
  expect(unknownFields(config)).toEqual([]);
  expect(at(config, 'spec', 'chain')).toMatchObject({
    disabled: false,
    'artifacts.taskrun.storage': 'oci',
    'artifacts.oci.storage': '',
    'storage.oci.repository.insecure': true,
  });
  // the operator's webhook leaves out what is false by default
  expect(at(config, 'spec', 'chain')).not.toHaveProperty('generateSigningSecret');
  expect(named(objects, 'ExternalSecret', 'signing-secrets').metadata.namespace).toBe('tekton-pipelines');
});

describe('a team on a cluster with Chains', () => {
  const tasksOf = (pipeline: Manifest) =>
    at(pipeline, 'spec', 'tasks') as readonly { name: string; runAfter?: string[]; taskRef: { name: string } }[];
  const accountsOf = ({ metadata }: Manifest) =>
    JSON.parse(metadata.annotations?.['tekton-dag.io/accounts'] ?? '{}') as Record<string, string[]>;
  const own = objectsOf(output, 'teams/alpha');

  it('pushes releases as an account that nothing else runs as, with the one Secret that pushes them', () => {
    expect(named(own, 'ServiceAccount', 'tekton-dag-push')).toMatchObject({
      automountServiceAccountToken: false,
      secrets: [{ name: 'registry-push-release' }],
    });
    expect(accountsOf(named(own, 'Pipeline', 'alpha-bootstrap')).push).toEqual(['push-web', 'push-api']);
    expect(accountsOf(named(own, 'Pipeline', 'alpha-merge-release')).push).toEqual([
      'push-web',
      'push-api',
      'tag-web',
      'tag-api',
    ]);
    expect(accountsOf(named(own, 'Pipeline', 'alpha-pr-test')).push).toBeUndefined();
    for (const account of ['build', 'preview', 'deploy', 'release'])
      expect(named(own, 'ServiceAccount', `tekton-dag-${account}`)).not.toHaveProperty('secrets');
  });

  it('has the Secret that pushes before those that pull, for a Chains that asks these first', () => {
    const objects = objectsOf(files(chains(), { secrets: { names: { imagePull: ['pull'] } } }), 'teams/alpha');
    expect(named(objects, 'ServiceAccount', 'tekton-dag-push')).toMatchObject({
      imagePullSecrets: [{ name: 'registry-push-release' }, { name: 'pull' }],
      secrets: [{ name: 'registry-push-release' }],
    });
  });

  it('says what it pushed, and of which commit, from the pod without foreign code alone', () => {
    const hints = ['IMAGE_URL', 'IMAGE_DIGEST', 'CHAINS-GIT_URL', 'CHAINS-GIT_COMMIT'];
    const results = (task: Manifest) =>
      (at(task, 'spec', 'results') ?? []) as readonly { name: string; value: string }[];
    expect(results(named(own, 'Task', 'push-image')).filter(({ name }) => hints.includes(name))).toEqual(
      hints.map((name) => {
        const step = name.startsWith('CHAINS') ? 'name-source' : 'push';
        return expect.objectContaining({ name, value: `$(steps.${step}.results.${name})` }) as object;
      }),
    );
    const others = own.filter(({ kind, metadata }) => kind === 'Task' && metadata.name.startsWith('build-'));
    expect(others).not.toEqual([]);
    for (const task of others)
      expect(results(task).map(({ name }) => name)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/IMAGE|ARTIFACT|CHAINS/)]),
      );
  });

  it.each([
    ['bootstrap', 'deploy-web'],
    ['merge-release', 'deploy-web'],
  ])('waits in %s for proof before anything serves', (pipeline, deploy) => {
    const tasks = tasksOf(named(own, 'Pipeline', `alpha-${pipeline}`));
    const verify = tasks.find(({ name }) => name === 'verify-web');
    expect(verify).toMatchObject({ taskRef: { name: 'check-provenance' } });
    expect(tasks.find(({ name }) => name === deploy)?.runAfter).toContain('verify-web');
  });

  it('waits also in a run that is pruned to the app that is released', () => {
    const { spec } = named(own, 'Pipeline', 'alpha-merge-release') as unknown as { spec: PipelineSpec };
    const pruned = prune(
      spec,
      [
        { name: 'app', value: 'web' },
        { name: 'revision', value: 'c0ffee' },
      ],
      { maxParallelBuilds: 1 },
    ).spec.tasks;
    expect(pruned?.map(({ name }) => name)).toEqual(expect.arrayContaining(['push-web', 'verify-web', 'deploy-web']));
    expect(pruned?.map(({ name }) => name).filter((name) => name.endsWith('-api'))).toEqual([]);
    expect(pruned?.find(({ name }) => name === 'deploy-web')?.runAfter).toContain('verify-web');
  });

  it('waits where Git deploys, too, before what is released is in Git', () => {
    const objects = objectsOf(files(chains(), { environment: { deploy: 'gitops' } }), '');
    const tasks = tasksOf(named(objects, 'Pipeline', 'alpha-merge-release'));
    expect(tasks.find(({ name }) => name === 'bump-web')?.runAfter).toContain('verify-web');
    const first = tasksOf(named(objects, 'Pipeline', 'alpha-bootstrap'));
    expect(first.find(({ name }) => name === 'record-images')?.runAfter).toContain('verify-web');
  });

  it('verifies by the public key of the cluster file', () => {
    expect(named(own, 'ConfigMap', 'tekton-dag-builder').data).toEqual({ 'cosign.pub': PUBLIC_KEY });
  });

  it('has none of it on a cluster without Chains', () => {
    const objects = objectsOf(files(''), 'teams/alpha');
    const words = ['tekton-dag-push', 'check-provenance', 'CHAINS-GIT', 'tekton-dag-builder', 'cosign'];
    expect(words.filter((word) => JSON.stringify(objects).includes(word))).toEqual([]);
  });
});

describe('is told of', () => {
  const PRIVATE = PUBLIC_KEY.replaceAll('PUBLIC', 'ENCRYPTED COSIGN PRIVATE');
  it.each<[string, string, Partial<TeamProps>, RegExp]>([
    ['no release', `chains: { ${KEY} }`, {}, /chains\.release: is missing/],
    [
      'a release beside the operator’s',
      `tekton: { install: operator, channel: latest }\n${chains()}`,
      {},
      /chains\.release: is not used: the operator brings/,
    ],
    [
      'a profile without Chains',
      `tekton: { install: operator, channel: latest, profile: lite }\nchains: { ${KEY} }`,
      {},
      /tekton\.profile: lite installs Tekton Pipelines alone, and chains needs more/,
    ],
    [
      'a private key',
      `chains: { release: vendor/chains.yaml, publicKey: ${JSON.stringify(PRIVATE)} }`,
      {},
      /chains\.publicKey: is a private key: it must not be in Git/,
    ],
    [
      'what is no key',
      'chains: { release: vendor/chains.yaml, publicKey: mine }',
      {},
      /chains\.publicKey: .*malformed/,
    ],
    [
      'a store of a key that a KMS has',
      chains(', kms: { key: "gcpkms://k" }, store: { name: vault }'),
      {},
      /chains\.store: is not used: chains\.kms has the key/,
    ],
    [
      'a team whose registry is asked in another way',
      chains(),
      { insecureRegistry: true },
      /insecureRegistry: Chains asks all registries of a cluster in one way, and team alpha says another/,
    ],
    [
      'an image policy that nothing satisfies',
      'imagePolicy: { mode: warn }',
      {},
      /imagePolicy: asks nothing of the images of alpha/,
    ],
  ])('%s', (_, text, props, expected) => {
    expect(resolved(text, props).said.join('\n')).toMatch(expected);
  });
});
