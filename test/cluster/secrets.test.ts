import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import { appliesTwice, objectsIn } from './applies-twice';

/** An API server with the kinds of External Secrets takes what is to make Secrets, and applied again nothing changes. */

const FILES = {
  'clusters/ci.yaml':
    'name: ci\nsecrets: { store: { name: vault, optional: [githubToken] } }\ncaBundle: { secret: private-ca }\n',
  'teams/a/team.yaml': `name: a
namespace: secrets-a
cluster: ci
imageRegistry: r.example.com/a
cacheRepo: cache.example.com/a
stacks: [stacks/a.yaml]
platform: { repoURL: https://github.com/acme/platform.git }
orchestrator: { mode: shared }
secrets:
  store: { name: own, kind: SecretStore, optional: [baseImages, notify] }
  githubApp: { id: 1, installationId: 2 }
  names: { imagePull: [pull] }
`,
  'stacks/a.yaml': `name: a
defaults: { namespace: secrets-a-staging }
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    env: { URL: { secret: web-db, key: url } }
    env-from: [{ secret: web-env }]
    build: { tool: npm, secrets: { secret: npm, keys: [npmrc] } }
`,
};
const root = mkdtempSync(join(tmpdir(), 'tekton-dag-secrets-'));
afterAll(() => rmSync(root, { recursive: true }));

it('of a team and of a cluster', () => {
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  expect(tektonDag(['synth'], { cwd: root })).toMatchObject({ status: 0 });
  const [team, cluster] = [join(root, 'dist/teams/a'), join(root, 'dist/cluster/ci')];
  appliesTwice(join(root, 'dist/cluster/tekton-dag.yaml'), cluster, team);
  const made = [...objectsIn(team), ...objectsIn(cluster)].filter(({ kind }) => kind === 'ExternalSecret');
  expect(made.map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining([
      'github-token',
      'github-app',
      'registry-push-pr',
      'base-images',
      'pull',
      'web-env',
      'npm-pr',
      'private-ca',
    ]),
  );
  expect(objectsIn(team).filter(({ kind }) => kind === 'GithubAccessToken')).toHaveLength(2);
});
