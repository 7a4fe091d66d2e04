import type { TeamProps } from '../../../lib/fleet/team';
import { platformSecrets } from '../../../lib/output/secrets/secrets-of';
import { app, resolve, stackFile, team } from '../../fleet/support';

/** Apps read none of the Secrets that the platform works with, where they are in the same namespace. */

const client = { id: 1, installationId: 2 };
const EVERYTHING: Partial<TeamProps> = {
  clusters: ['two'],
  environment: { namespace: 'ci-x', deploy: 'gitops' },
  secrets: {
    backend: 'external-secrets',
    store: { name: 'vault' },
    githubApp: { ...client, secret: 'app-of-clones' },
    names: { imagePull: ['pull'] },
  },
  orchestrator: {
    githubApp: client,
    signIn: { issuer: 'https://id.example.com', clientID: 'x', url: 'https://page.example.com' },
  },
  storage: { reports: { show: true, s3: { endpoint: 'https://s3.example.com', bucket: 'reports' } } },
};
const CLUSTER = 'name: one\ncaBundle: { secret: authorities }\nhistory: { postgres: { secret: history } }\n';
const BUILD = 'build: { tool: npm, secrets: { secret: web-npm, keys: [npmrc] } }';

/** Each Secret, and a part of what is told of its use. */
const PLATFORM: readonly (readonly [name: string, use: string])[] = [
  ...['release', 'pr', 'fork'].flatMap((scope) => [
    [`registry-push-${scope}`, `it pushes images of ${scope} builds`] as const,
    [`registry-push-${scope}-cache`, `it leaves what ${scope} builds made`] as const,
  ]),
  ['github-token', 'it pushes versions'],
  ['git-ssh-key', 'it pushes versions to the platform repository by ssh'],
  ['git-read-token', 'it clones private repositories'],
  ['git-read-ssh-key', 'it clones by ssh'],
  ['github-webhook-secret', 'it verifies webhooks'],
  ['github-app', 'it is the App'],
  ['app-of-clones', 'it is the App'],
  ['base-images', 'it reads base images'],
  ['web-npm-release', 'it is read by release builds'],
  ['web-npm-pr', 'it is read by pr builds'],
  ['reports-s3', 'it puts reports into the bucket'],
  ['reports-s3-read', 'it reads reports'],
  ['notify-webhook', 'it gets the outcome of each run'],
  ['sign-in-client', 'it is the secret by which the provider knows'],
  ['sign-in-session', 'it encrypts the sessions'],
  ['history', 'it says where the database'],
  ['pull', 'it pulls images'],
];

const said = (more: string, props: Partial<TeamProps> = EVERYTHING, deployment?: string) =>
  resolve({
    platformSecrets,
    teams: [team('x', ['one'], props)],
    stacks: [stackFile('one', [app('a', `propagation-role: terminal, ${BUILD}, ${more}`)])],
    clusters: ['one', 'two'].map((name) => ({
      file: `clusters/${name}.yaml`,
      text: CLUSTER.replace('one', name),
    })),
    manifests: deployment === undefined ? [] : [{ file: 'deploy/a.yaml', text: deployment }],
  }).said.filter((line) => !line.startsWith('warning'));
const IN_RUNS =
  "expected a Secret of the app's own; or apps in another namespace than runs: environment.namespace in teams/x/team.ts)";

it.each(PLATFORM)('not %s', (name, use) => {
  const lines = said(`env-from: [{ secret: own }, { secret: ${name} }]`);
  // once, though the app is on two clusters
  expect(lines).toEqual([
    expect.stringMatching(/^stacks\/one\.yaml:3:\d+: apps\[0\]\.env-from\[1\]\.secret: is a Secret of the platform/),
  ]);
  expect(lines[0]).toContain(`no app may read it: ${use}`);
  expect(lines[0]).toContain(`(found "${name}"; ${IN_RUNS}`);
});

it('by no key of an app', () => {
  const more =
    'env: { TOKEN: { secret: github-token, key: token }, OWN: { secret: own, key: token } }, volumes: [{ path: /etc/a, secret: own }, { path: /etc/b, secret: git-ssh-key }]';
  expect(said(more).map((line) => line.split(': ')[1])).toEqual([
    'apps[0].env.TOKEN.secret',
    'apps[0].volumes[1].secret',
  ]);
});

it('by no part of a Deployment of its own', () => {
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  template:
    spec:
      imagePullSecrets: [{ name: pull }]
      initContainers:
        - { name: i, image: r.example.com/i:1.0.0, envFrom: [{ secretRef: { name: github-token } }] }
      containers:
        - name: a
          image: IMAGE
          env: [{ name: T, valueFrom: { secretKeyRef: { name: git-ssh-key, key: k } } }]
      volumes:
        - { name: a, secret: { secretName: reports-s3 } }
        - { name: b, projected: { sources: [{ secret: { name: pull } }] } }
        - { name: c, secret: { secretName: own } }
        - { name: d, configMap: { name: github-token } }
`;
  expect(said('deploy: { manifests: deploy/a.yaml }', EVERYTHING, deployment)).toEqual([
    expect.stringMatching(/^deploy\/a\.yaml:9:.*initContainers\[0\]\.envFrom\[0\]\.secretRef\.name: .*github-token/),
    expect.stringMatching(/^deploy\/a\.yaml:13:.*env\[0\]\.valueFrom\.secretKeyRef\.name: .*git-ssh-key/),
    expect.stringMatching(/^deploy\/a\.yaml:15:.*volumes\[0\]\.secret\.secretName: .*reports-s3/),
    expect.stringMatching(/^deploy\/a\.yaml:16:.*volumes\[1\]\.projected\.sources\[0\]\.secret\.name: .*pull/),
  ]);
});

it('but those of its own, and the certificates that are for all', () =>
  expect(said('env-from: [{ secret: own }, { secret: authorities }]')).toEqual([]));

it('in a namespace without runs, only those by which nodes pull', () => {
  const apart = { ...EVERYTHING, environment: { namespace: 'apps', deploy: 'gitops' } as const };
  expect(said('env-from: [{ secret: github-token }, { secret: pull }]', apart)).toEqual([
    expect.stringMatching(
      /env-from\[1\]\.secret: .*it pulls images \(found "pull"; expected a Secret of the app's own\)$/,
    ),
  ]);
});

it('by no build, which reads the Secret that is named for its scope', () => {
  const lines = resolve({
    platformSecrets,
    teams: [team('x', ['one'], {})],
    stacks: [
      stackFile('one', [
        app('a', 'propagation-role: terminal, build: { tool: npm, secrets: { secret: registry-push, keys: [k] } }'),
        app('b', 'propagation-role: terminal, build: { tool: npm, secrets: { secret: own, keys: [k] } }'),
      ]),
    ],
    clusters: [{ file: 'clusters/one.yaml', text: CLUSTER }],
  }).said.filter((line) => !line.startsWith('warning'));
  expect(lines).toEqual([
    expect.stringMatching(
      /^stacks\/one\.yaml:3:\d+: apps\[0\]\.build\.secrets\.secret: names Secret registry-push-\w+ of the platform, and no build may read it: it /,
    ),
  ]);
});
