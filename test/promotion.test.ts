import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { Manifest } from '../lib/kube/manifest';
import { planPromotion } from '../lib/fleet/promotion';
import { inProcess, tektonDag } from './support/cli';

/** docs/promotion.md, typed as it stands, by a team with an app of two releases on three clusters. */

const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs/promotion.md'), 'utf8');
const [commands = ''] = /(?<=^```sh\n)[^]*?(?=^```$)/m.exec(page) ?? [];
const [settings = ''] = /(?<=^```ts\n)[^]*?(?=^```$)/m.exec(page) ?? [];
const digest = (release: number) => `sha256:${String(release).repeat(64)}`;

let clone: string;
const write = (path: string, text: string) => {
  mkdirSync(join(clone, path, '..'), { recursive: true });
  writeFileSync(join(clone, path), text);
};
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: clone,
    encoding: 'utf8',
    stdio: 'pipe',
  });
const release = (app: string, number: number) =>
  write(
    'teams/payments/versions.yaml',
    `apps:\n  ${app}: { version: "1.${number + 1}.0-rc.0", last-released: "1.${number}.0", digest: "${digest(number)}" }\n  ledger: { version: "0.1.0-rc.0" }\n`,
  );
const run = (...args: string[]) => inProcess(args, clone);
async function type(line: string): Promise<void> {
  const [program, ...args] = [...line.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
  if (program === 'git') git(...args);
  else
    expect({ line, ...(await run(...(program === 'npm' ? ['synth'] : args.slice(1)))) }).toMatchObject({
      line,
      status: 0,
    });
}

/** Digest of the app's Deployment on a cluster, as Argo CD finds it. */
function deployed(cluster: string): string | undefined {
  const file = cluster === 'dev' ? 'payments' : `payments.${cluster}`;
  const { folder } = JSON.parse(readFileSync(join(clone, `dist/index/${file}.json`), 'utf8')) as { folder: string };
  const path = join(clone, folder, '55-apps.yaml');
  const objects = (existsSync(path) ? loadAll(readFileSync(path, 'utf8')) : []) as Manifest[];
  const deployment = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'till');
  return /sha256:\w+/.exec(JSON.stringify(deployment ?? {}))?.[0];
}
const everywhere = () => ['dev', 'staging', 'production'].map(deployed);

beforeEach(async () => {
  clone = mkdtempSync(join(tmpdir(), 'tekton-dag-promotion-'));
  write(
    'stacks/payments.yaml',
    'name: payments\ndefaults: { namespace: payments-apps }\napps:\n  - { name: till, repo: example/till, propagation-role: originator, downstream: [ledger] }\n  - { name: ledger, repo: example/ledger, propagation-role: terminal }\n',
  );
  write(
    'teams/payments/team.ts',
    `import { Team } from 'tekton-dag';\nexport default new Team({\n  name: 'payments', namespace: 'payments-ci', imageRegistry: 'registry.example.com/payments', stacks: ['stacks/payments.yaml'],\n  platform: { repoURL: 'https://example.com/platform.git' },\n${settings.replace(/^\/\/.*\n/, '')}});\n`,
  );
  release('till', 1);
  await run('synth');
  git('init', '--quiet');
  git('add', 'teams', 'stacks', 'dist');
  git('commit', '--quiet', '--message=before');
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

it('brings releases from cluster to cluster', async () => {
  expect(everywhere()).toEqual([digest(1), undefined, undefined]);
  for (const to of ['staging', 'production'])
    expect(await run('promote', '--team=payments', `--to=${to}`)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('till: nothing → 1.1.0'),
    });
  await run('synth');
  expect(everywhere()).toEqual([digest(1), digest(1), digest(1)]);
  release('till', 2);
  await run('synth');
  git('add', 'teams', 'dist');
  git('commit', '--quiet', '--message=release');
  expect(everywhere()).toEqual([digest(2), digest(1), digest(1)]);

  const pinned = 'teams/payments/versions.staging.yaml';
  write(pinned, `# reviewed by us\n${readFileSync(join(clone, pinned), 'utf8')}`);
  git('commit', '--quiet', '--all', '--message=comment');
  for (const line of commands.trim().split('\n')) await type(line);
  expect(everywhere()).toEqual([digest(2), digest(2), digest(1)]);
  expect(
    (load(readFileSync(join(clone, 'teams/payments/versions.staging.yaml'), 'utf8')) as { apps: object }).apps,
  ).toMatchObject({ till: { 'last-released': '1.2.0', digest: digest(2) } });
  expect(readFileSync(join(clone, pinned), 'utf8')).toMatch(/^# reviewed by us\n/);
  git('diff', '--exit-code', 'HEAD');

  expect(await run('promote', '--team=payments', '--to=production')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /^till: 1\.1\.0 → 1\.2\.0\nledger stays: nothing of it is released on staging\nwrote teams\/payments\/versions\.production\.yaml$/m,
    ),
  });
  expect(await run('promote', '--team=payments', '--to=production')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('production has all that staging has'),
  });
});

it('has a Pipeline that does the same, whose run the page prints', async () => {
  const [, args = ''] = /^npx tekton-dag (run promote .*) \|/m.exec(page) ?? [];
  const { status, stdout } = await run(...args.split(' '));
  expect({ status, run: load(stdout) }).toMatchObject({
    status: 0,
    run: {
      spec: {
        params: [
          { name: 'to', value: 'staging' },
          { name: 'apps', value: ['till', 'ledger'] },
        ],
        taskRunSpecs: [{ pipelineTaskName: 'promote', serviceAccountName: 'tekton-dag-release' }],
      },
    },
  });
});

it.each([
  ['to the first cluster', ['--to=dev'], 2, /dev is the first cluster/],
  ['to a cluster that the team is not on', ['--to=stagin'], 2, /did you mean 'staging'\?/],
  ['an app that there is not', ['--to=staging', '--app=til'], 2, /did you mean 'till'\?/],
])('does not promote %s', async (_, args, status, message) => {
  expect(await run('promote', '--team=payments', ...args)).toMatchObject({
    status,
    stderr: expect.stringMatching(message),
  });
  expect(existsSync(join(clone, 'teams/payments/versions.staging.yaml'))).toBe(false);
});

it.each([
  ['dev', '--to=staging', ['--app=ledger'], 'ledger', 'versions.yaml'],
  ['staging', '--to=production', [], 'till and ledger', 'versions.staging.yaml'],
])('has nothing to promote where nothing was released on %s', async (from, to, more, apps, file) => {
  expect(await run('promote', '--team=payments', to, ...more)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: `nothing to promote: ${from} has no release of ${apps} (no digest in teams/payments/${file})\n`,
  });
});

it('does not promote what runs deploy', () => {
  write(
    'teams/payments/team.ts',
    readFileSync(join(clone, 'teams/payments/team.ts'), 'utf8').replace("'gitops'", "'pipeline'"),
  );
  expect(tektonDag(['promote', '--team=payments', '--to=staging'], { cwd: clone })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('nothing in Git to promote'),
  });
});

it('says of versions that nothing reads that nothing reads them', async () => {
  cpSync(join(clone, 'teams/payments/versions.yaml'), join(clone, 'teams/payments/versions.elsewhere.yaml'));
  expect(await run('synth')).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/versions\.elsewhere\.yaml.*: not used: team payments names no such cluster/),
  });
});

it('takes along what is asked for', () => {
  const at = (number: number) => ({
    version: `1.${number + 1}.0-rc.0`,
    lastReleased: `1.${number}.0`,
    digest: digest(number),
  });
  expect(planPromotion({ a: at(2), b: at(2) }, { a: at(1), b: at(1), c: at(1) }, ['a'], 'dev')).toEqual({
    versions: { a: at(2), b: at(1), c: at(1) },
    moved: [{ app: 'a', from: '1.1.0', to: '1.2.0' }],
    held: [],
  });
});
