import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceName } from '../../lib/cli/team/replace-name';
import { teamText } from '../../lib/fleet/team-text';
import { fixture } from '../fleet/support';
import { inProcess, moved } from '../support/cli';

/** What docs/onboarding.md does not walk through. */

let root: string;
const team = (...args: string[]) => inProcess(['team', ...args], root);
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const FLEET = [
  ['local', 'kind-tekton-dag', ['shop']],
  ['market', 'production', ['marketplace', 'handbook']],
] as const;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tekton-dag-team-'));
  write('package.json', '{ "devDependencies": { "tekton-dag": "0.1.0" } }\n');
  for (const [name, cluster, stacks] of FLEET) {
    write(
      `teams/${name}/team.ts`,
      `import { Team } from 'tekton-dag';\n\nexport default new Team({\n  name: '${name}',\n  namespace: 'team-${name}',\n  cluster: '${cluster}',\n  imageRegistry: 'registry.example.com/${name}',\n  platform: { repoURL: 'https://git.example.com/platform.git' },\n  stacks: [${stacks.map((stack) => `'stacks/${stack}.yaml'`).join(', ')}],\n});\n`,
    );
    for (const stack of stacks)
      write(
        `stacks/${stack}.yaml`,
        `name: ${stack}\ndefaults: { namespace: ${stack}-env }\napps:\n  - { name: ${stack}-web, repo: acme/${stack}, propagation-role: terminal }\n`,
      );
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('refuses a name that is taken or malformed, and writes nothing', async () => {
  expect(await team('new', 'market', '--cluster=c', '--registry=r.example.com')).toMatchObject({
    status: 2,
    stderr: 'error: name: teams/market is there already\n',
  });
  expect(await team('new', 'Not_a_name', '--cluster=c', '--registry=r.example.com')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('name: the value is malformed'),
  });
  expect(existsSync(join(root, 'teams/Not_a_name'))).toBe(false);
  expect(await team('new', 'x')).toMatchObject({ status: 2, stderr: expect.stringContaining('--cluster') });
});

it('does not rename a team whose objects Argo CD would delete', async () => {
  expect(await team('rename', 'market', 'bazaar')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^teams\/market\/team\.ts: with removal: 'confirm' .* set removal: 'orphan'/),
  });
  expect(existsSync(join(root, 'teams/market/team.ts'))).toBe(true);
});

it('takes with a team what the registry says of its stacks, and leaves what others have', async () => {
  write(
    'stacks/registry.yaml',
    '# who has what\nrepos:\n  handbook: { stack: handbook.yaml }\n  storefront: { stack: shop.yaml } # ours\n',
  );
  expect(await team('retire', 'market', '--dry-run')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('would remove stacks/handbook.yaml'),
  });
  expect(existsSync(join(root, 'stacks/handbook.yaml'))).toBe(true);
  expect(await team('retire', 'market')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('removed handbook from stacks/registry.yaml'),
  });
  expect(
    ['teams/market', 'stacks/handbook.yaml', 'stacks/marketplace.yaml'].filter((path) => existsSync(join(root, path))),
  ).toEqual([]);
  expect(readFileSync(join(root, 'stacks/registry.yaml'), 'utf8')).toBe(
    '# who has what\nrepos:\n  storefront: { stack: shop.yaml } # ours\n',
  );
  expect(existsSync(join(root, 'stacks/shop.yaml'))).toBe(true);
});

it('names the applications of every cluster of a team that goes or changes its name', async () => {
  const file = join(root, 'teams/market/team.ts');
  const text = readFileSync(file, 'utf8').replace(
    "cluster: 'production',",
    "cluster: 'production',\n  clusters: ['eu'],",
  );
  writeFileSync(file, text);
  const { stdout } = await team('retire', 'market', '--dry-run');
  expect(stdout).toContain('applications tekton-dag-market and tekton-dag-market.eu: Tasks');
  expect(stdout).toContain('applications tekton-dag-market.platform and tekton-dag-market.eu.platform: rights');
  expect(stdout).toContain('when the last of the 4 applications has gone');
  expect(stdout).toContain(
    'confirm-deletion tekton-dag-market, then the same for tekton-dag-market.eu, tekton-dag-market.platform and tekton-dag-market.eu.platform\n',
  );
  writeFileSync(file, text.replace('  stacks:', "  removal: 'orphan',\n  stacks:"));
  root = moved(root);
  const renamed = (await team('rename', 'market', 'bazaar')).stdout;
  expect(renamed).toContain(
    'drops applications tekton-dag-market, tekton-dag-market.eu, tekton-dag-market.platform and tekton-dag-market.eu.platform without',
  );
  for (const cluster of ['production', 'eu'])
    expect(renamed).toMatch(
      new RegExp(`on cluster ${cluster}, .*:\n +kubectl delete clusterrolebinding tekton-dag-market-auth$`, 'm'),
    );
});

it('does not remove what is not committed, unless it is told to', async () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: root, stdio: 'pipe' });
  git('init', '--quiet');
  git('add', 'teams', 'stacks');
  git('commit', '--quiet', '--message=before');
  write('teams/market/notes.md', 'mine');
  expect(await team('retire', 'market')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^teams\/market\/notes\.md: is not committed.*--force/),
  });
  expect(existsSync(join(root, 'teams/market/notes.md'))).toBe(true);
  expect(await team('retire', 'market', '--force')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('npx tekton-dag synth --allow-removal'),
  });
  expect(existsSync(join(root, 'teams/market'))).toBe(false);
});

it.each([
  [
    'storefront',
    'is not a file of stacks/ (found "storefront"; expected a file such as stacks/checkout.yaml; did you mean stacks/storefront.yaml?)',
  ],
  ['../../x', 'is not a file of stacks/ (found "../../x"'],
  ['stacks/../x.yaml', 'is not a file of stacks/'],
  ['teams/x.yaml', 'is not a file of stacks/'],
  ['stacks/registry.yaml', 'is a registry file, not a stack (found "stacks/registry.yaml"; expected a file such as'],
  ['stacks/versions.yaml', 'is a versions file, not a stack'],
  ['clusters/eu.yaml', 'is a cluster file, not a stack'],
  ['stacks', 'is a folder, not a stack'],
  [
    'shop.yaml',
    'is not a file of stacks/ (found "shop.yaml"; expected a file such as stacks/checkout.yaml; did you mean stacks/shop.yaml?)',
  ],
  [
    'stacks/fresh.yml',
    'is not a file of stacks/ (found "stacks/fresh.yml"; expected a file such as stacks/checkout.yaml; did you mean stacks/fresh.yaml?)',
  ],
  ['stacks/.hidden.yaml', 'is not a file of stacks/'],
  ['stacks/shop.yaml', 'stacks/shop.yaml is listed by team local already'],
])('does not begin a team with the stack %s, and leaves nothing', async (stack, message) => {
  expect(await team('new', 'fresh', '--cluster=c', '--registry=r.example.com/f', `--stack=${stack}`)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`error: --stack: ${message}`),
  });
  expect(existsSync(join(root, 'teams/fresh'))).toBe(false);
});

it('leaves nothing of a team that does not go together with others', async () => {
  expect(
    await team('new', 'fresh', '--cluster=kind-tekton-dag', '--registry=r.example.com/f', '--namespace=team-local'),
  ).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error: --namespace: namespace team-local is also that of team local'),
  });
  expect(['teams/fresh', 'stacks/fresh.yaml'].filter((path) => existsSync(join(root, path)))).toEqual([]);
});

it.each([
  ["export default new Team({\n  name: 'old',\n", "export default new Team({\n  name: 'new',\n"],
  ['new Team({ name: "old", namespace: "old" })', 'new Team({ name: "new", namespace: "old" })'],
  ['# team\nname: old # ours\nnamespace: old\n', '# team\nname: new # ours\nnamespace: old\n'],
  ["name: 'older',\n", undefined],
  ['name: NAME,\n', undefined],
])('changes the name in %j', (text, expected) => expect(replaceName(text, 'old', 'new')).toBe(expected));

it('lists the Secrets of a team with the command that makes each, on each of its clusters', async () => {
  const { status, stdout } = await team('secrets', 'market');
  expect(status).toBe(0);
  expect(stdout).toContain('cluster production:\n');
  expect(stdout).toMatch(
    /^team-market\/github-token: .*\n {2}Opaque, key token, read by steps that push versions, orchestrator\n {2}kubectl create secret generic github-token --namespace=team-market --from-file=token='<file with the token>'$/m,
  );
  expect(stdout).toMatch(
    /^team-market\/git-ssh-key \(optional\): .*\n {2}kubernetes\.io\/ssh-auth, keys ssh-privatekey and known_hosts, read by steps that push versions\n/m,
  );
  const file = join(root, 'teams/market/team.ts');
  const text = readFileSync(file, 'utf8').replace(
    '  stacks:',
    "  clusters: ['eu'],\n  secrets: { backend: 'external-secrets', store: { name: 'vault' } },\n  stacks:",
  );
  writeFileSync(file, text);
  root = moved(root);
  const stored = (await team('secrets', 'market')).stdout;
  expect(stored).toContain('cluster eu:\n');
  expect(stored).toMatch(
    /^team-market\/github-token: .*\n {2}Opaque, key token, .*\n {2}made of the entry market\/github-token of store vault: property token$/m,
  );
  expect(stored).toMatch(/kubectl create secret generic git-ssh-key /);
});

it('prints with a new team the line that makes each of its Secrets, or what a store must hold', async () => {
  const steps = async (name: string) =>
    (await team('new', name, '--cluster=c', `--registry=r.example.com/${name}`)).stdout;
  const lines = (await steps('fresh')).split('\n');
  const made = lines.flatMap(
    (line) => / {7}.*kubectl create secret generic (\S+) --namespace=team-fresh /.exec(line)?.[1] ?? [],
  );
  expect(made).toEqual([
    'github-webhook-secret',
    'github-token',
    'git-read-token',
    ...['release', 'pr', 'fork'].map((scope) => `registry-push-${scope}`),
    ...['release', 'pr', 'fork'].map((scope) => `registry-push-${scope}-cache`),
  ]);
  write('clusters/c.yaml', 'name: c\nsecrets: { store: { name: vault } }\n');
  const stored = await steps('stored');
  expect(stored).not.toContain('kubectl create secret');
  expect(stored).toContain('       stored/github-token in vault: property token\n');
});

it('takes the instance of Tekton that a new team is of, where a cluster has several', async () => {
  write('vendor/tekton.yaml', fixture('tekton', 'whole-release.yaml').text);
  const instance = (name: string) => `{ name: ${name}, release: vendor/tekton.yaml, namespaces: [${name}] }`;
  write(
    'clusters/several.yaml',
    `name: several\ntekton: { instances: [${instance('stable')}, ${instance('next')}] }\n`,
  );
  const create = (...more: string[]) =>
    team('new', 'late', '--cluster=several', '--registry=r.example.com/late', ...more);
  expect(await create()).toMatchObject({ status: 2, stderr: expect.stringMatching(/^error: --tekton: is missing, /) });
  expect(await create('--tekton=nxt')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('did you mean next?'),
  });
  expect((await create('--tekton=next')).status).toBe(0);
  expect(readFileSync(join(root, 'teams/late/team.ts'), 'utf8')).toContain("  tekton: 'next',\n");
});

it('lists the Secrets of the orchestrator that a team shares', async () => {
  const file = join(root, 'teams/market/team.ts');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('  stacks:', "  orchestrator: { mode: 'shared' },\n  stacks:"),
  );
  const { stdout } = await team('secrets', 'market');
  expect(stdout).toMatch(/^tekton-dag\/github-webhook-secret: verifies webhooks/m);
  expect(stdout).not.toContain('team-market/github-webhook-secret');
});

it('warns of a team when it is made, and not of what nobody has chosen', async () => {
  expect(await team('new', 'usual', '--cluster=c', '--registry=r.example.com/f')).toMatchObject({
    status: 0,
    stderr: '',
  });
  const { status, stderr } = await team('new', 'fresh', '--cluster=c', '--registry=localhost:5000/f');
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringContaining('imageRegistry: builds cannot push to localhost:5000'),
  });
  expect(stderr).not.toContain('market');
});

it('writes what a team.ts can hold', () => {
  expect(
    teamText('team.ts', {
      name: 'a',
      namespace: "it's",
      cluster: 'c',
      imageRegistry: 'r.example.com',
      stacks: ['s'],
      quota: { cpu: '1', pods: 3 },
      images: { overrides: { 'node-22': 'x:1' } },
    }),
  ).toContain(
    "  namespace: 'it\\'s',\n  cluster: 'c',\n  imageRegistry: 'r.example.com',\n  stacks: ['s'],\n  quota: { cpu: '1', pods: 3 },\n  images: { overrides: { 'node-22': 'x:1' } },\n});\n",
  );
});

it('writes a team as data where no package lists this program', async () => {
  write('package.json', '{ "name": "platform", "dependencies": { "cdk8s": "2.70.106" } }\n');
  rmSync(join(root, 'teams'), { recursive: true });
  const { status, stdout } = await team(
    'new',
    'fresh',
    '--cluster=c',
    '--registry=r.example.com/f',
    '--stack=stacks/shop.yaml',
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^wrote teams\/fresh\/team.yaml\n/) });
  expect(readFileSync(join(root, 'teams/fresh/team.yaml'), 'utf8')).toBe(
    'name: fresh\nnamespace: team-fresh\ncluster: c\nimageRegistry: r.example.com/f\nstacks:\n  - stacks/shop.yaml\n',
  );
  expect(await inProcess(['synth'], root)).toMatchObject({ status: 0 });
});

it('refuses the name of a cluster that is nearly another, unless that has a file', async () => {
  const create = (cluster: string) => team('new', 'fresh', `--cluster=${cluster}`, '--registry=r.example.com/f');
  expect(await create('producton')).toMatchObject({
    status: 2,
    stderr:
      "error: --cluster: there is no cluster 'producton' (there are: kind-tekton-dag, production); did you mean 'production'? If it is another cluster, write clusters/producton.yaml first: name: producton\n",
  });
  expect(existsSync(join(root, 'teams/fresh'))).toBe(false);
  write('clusters/producton.yaml', 'name: producton\n');
  expect((await create('producton')).status).toBe(0);
});

it('makes the first team of an instance of Tekton that has no namespace without it', async () => {
  write('vendor/tekton.yaml', fixture('tekton', 'whole-release.yaml').text);
  const instance = (name: string, more = '') => `{ name: ${name}, release: vendor/tekton.yaml${more} }`;
  write(
    'clusters/several.yaml',
    `name: several\ntekton: { instances: [${instance('stable', ', namespaces: [ci]')}, ${instance('next')}] }\n`,
  );
  expect(await inProcess(['synth'], root)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('npx tekton-dag team new <team> --cluster several --tekton next'),
  });
  expect(
    (await team('new', 'first', '--cluster=several', '--registry=r.example.com/first', '--tekton=next')).status,
  ).toBe(0);
  expect((await inProcess(['synth'], root)).status).toBe(0);
});

it('gives a new team the image of the orchestrator that the teams of its cluster name, or says that it needs one', async () => {
  const local = 'teams/local/team.ts';
  const text = readFileSync(join(root, local), 'utf8');
  write(local, text.replace('stacks:', "orchestrator: { image: 'r.example.com/orchestrator:1.0.0' },\n  stacks:"));
  root = moved(root);
  const there = await team('new', 'one', '--cluster=kind-tekton-dag', '--registry=r.example.com/one');
  expect(there).toMatchObject({ status: 0, stdout: expect.not.stringContaining('none is published yet') });
  expect(readFileSync(join(root, 'teams/one/team.ts'), 'utf8')).toContain(
    "orchestrator: { image: 'r.example.com/orchestrator:1.0.0' },",
  );
  const elsewhere = await team('new', 'two', '--cluster=production', '--registry=r.example.com/two');
  expect(elsewhere.stdout).toContain(
    'build and push an image of the orchestrator, since none is published yet, and name it in orchestrator.image of teams/two/team.ts\n',
  );
  expect(readFileSync(join(root, 'teams/two/team.ts'), 'utf8')).not.toContain('orchestrator');
});

it('names the files of Deployments that a team leaves behind, and numbers what Argo CD does below its step', async () => {
  for (const stack of ['handbook', 'shop'])
    write(
      `stacks/${stack}.yaml`,
      readFileSync(join(root, `stacks/${stack}.yaml`), 'utf8').replace(
        'terminal }',
        `terminal, deploy: { manifests: deploy/${stack}-web.yaml } }`,
      ),
    );
  for (const name of ['local', 'market']) {
    const file = `teams/${name}/team.ts`;
    write(
      file,
      readFileSync(join(root, file), 'utf8').replace('stacks:', "environment: { deploy: 'gitops' },\n  stacks:"),
    );
  }
  for (const stack of ['handbook', 'shop'])
    write(
      `deploy/${stack}-web.yaml`,
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${stack}-web }\nspec: { template: { spec: { containers: [{ name: web, image: IMAGE }] } } }\n`,
    );
  root = moved(root);
  const { stdout } = await team('retire', 'market', '--dry-run');
  expect(stdout.match(/^would leave .*$/gm)).toEqual([
    'would leave deploy/handbook-web.yaml: no stack of another team names it',
  ]);
  expect(stdout).toMatch(
    /^ {2}3\. commit .*:\n {5}a\. application .*\n {5}b\. application .*\n {5}c\. project .*\n {2}4\. approve each deletion: argocd/m,
  );
});
