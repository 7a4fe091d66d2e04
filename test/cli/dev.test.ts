import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN } from '../support/cli';
import { Folder, STACK, teamFile } from './folder';

/** The real process: a file is saved, and what it prints is awaited. */

let folder: Folder;
let session: Session;
/** Where it may leave temporary files. */
let temporary: string;

beforeEach(async () => {
  folder = new Folder();
  folder.fleet('alpha', 'beta');
  temporary = mkdtempSync(join(tmpdir(), 'dev-'));
  session = new Session();
  await session.nextLook();
}, 60_000);
afterEach(async () => {
  await session.end('SIGKILL');
  folder.remove();
  rmSync(temporary, { recursive: true, force: true });
});

class Session {
  private readonly child: ChildProcess;
  private said = '';
  private told = (): void => undefined;
  readonly ended: Promise<number | null>;

  constructor() {
    // errors and answers in the order in which they are written
    const together = ['-c', 'exec "$0" "$@" 2>&1', process.execPath, BIN, 'dev', '--root', folder.path];
    this.child = spawn('sh', together, {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
      this.told();
    });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** Waits for the end of a look. @returns what was said since the one before */
  async nextLook(): Promise<string> {
    const end = /^\d+ ms; waiting for changes, Ctrl-C ends\n/m;
    while (!end.test(this.said)) await new Promise<void>((resolve) => (this.told = resolve));
    const { index, 0: line } = end.exec(this.said)!;
    const look = this.said.slice(0, index);
    this.said = this.said.slice(index + line.length);
    return look;
  }

  /** Waits until it has said something, which may come after a look. */
  async says(words: RegExp): Promise<void> {
    while (!words.test(this.said)) await new Promise<void>((resolve) => (this.told = resolve));
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** As many editors save: written beside it, then put in its place. */
function save(path: string, text: string): void {
  writeFileSync(join(folder.path, `${path}.tmp~`), text);
  renameSync(join(folder.path, `${path}.tmp~`), join(folder.path, path));
}

const GITOPS = 'environment: { deploy: gitops }\nplatform: { repoURL: https://git.example.com/p.git }\n';

const stack = (name: string): string => folder.read(`stacks/${name}.yaml`);

it('writes what synth writes, draws the stack that is saved, and says what changes for whom', async () => {
  const before = folder.output();
  save('stacks/alpha.yaml', stack('alpha').replace('api, repo', 'api, replicas: 2, repo'));
  const look = await session.nextLook();
  expect(look).toContain('stacks/alpha.yaml\nstack alpha\n  → fe  → api\n    api\n');
  expect(look).toMatch(/^changes since the last save: 1 team, \d+ changed$/m);
  expect(look).toMatch(/^ {2}alpha: /m);
  const after = folder.output();
  const changed = Object.keys(after).filter((file) => after[file] !== before[file]);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.every((file) => file.startsWith('/dist/teams/alpha/'))).toBe(true);
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0 });
}, 60_000);

it('tells every error with its place, keeps the output, and goes on once they are corrected', async () => {
  const before = folder.output();
  const [alpha, beta] = [stack('alpha'), stack('beta')];
  save('stacks/alpha.yaml', alpha.replace('downstream: [api]', 'downstream: [apo]'));
  save('stacks/beta.yaml', beta.replace('tool: pip', 'tool: pop'));
  const look = await session.nextLook();
  expect(look).toMatch(/^stacks\/alpha\.yaml:4:\d+: apps\[0\]\.downstream/m);
  expect(look).toMatch(/^stacks\/beta\.yaml:5:\d+: apps\[1\]\.build\.tool/m);
  expect(look).toContain('dist is as it was: correct the errors first');
  expect(folder.output()).toEqual(before);
  save('stacks/alpha.yaml', alpha);
  save('stacks/beta.yaml', beta);
  expect(await session.nextLook()).toContain('dist is as it was');
}, 60_000);

it('takes up a team that appears, and one that goes', async () => {
  folder.write('stacks/gamma.yaml', STACK.replaceAll('checkout', 'gamma').replaceAll('acme/', 'gamma/'));
  folder.write('teams/gamma/team.yaml', teamFile('gamma'));
  while (!Object.keys(folder.output()).some((file) => file.startsWith('/dist/teams/gamma/'))) await session.nextLook();
  folder.write('teams/gamma/team.yaml', teamFile('gamma', 'maxConcurrentRuns: 9\n'));
  expect(await session.nextLook()).toContain('teams/gamma/team.yaml');
  folder.remove('teams/gamma');
  folder.remove('stacks/gamma.yaml');
  while (readdirSync(join(folder.path, 'dist/teams')).includes('gamma')) await session.nextLook();
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0 });
}, 60_000);

it('sees Deployments that stacks name, also in a folder that comes later', async () => {
  const deployment = (replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  replicas: ${replicas}
  template:
    spec:
      containers: [{ name: api, image: IMAGE, resources: { requests: { cpu: 1, memory: 1Mi }, limits: { memory: 1Mi } } }]
`;
  save('teams/alpha/team.yaml', folder.read('teams/alpha/team.yaml') + GITOPS);
  await session.nextLook();
  save('stacks/alpha.yaml', stack('alpha').replace('api, repo', 'api, deploy: { manifests: deploy/a/api.yaml }, repo'));
  expect(await session.nextLook()).toContain('no such file (found "deploy/a/api.yaml"');
  folder.write('deploy/a/api.yaml', deployment(1));
  expect(await session.nextLook()).toMatch(/^deploy\/a\/api\.yaml$/m);
  save('deploy/a/api.yaml', deployment(2));
  expect(await session.nextLook()).toMatch(/^deploy\/a\/api\.yaml$/m);
  expect(await folder.run('synth', '--check')).toMatchObject({ status: 0 });
  folder.remove('deploy');
  expect(await session.nextLook()).toContain('no such file (found "deploy/a/api.yaml"');
}, 60_000);

it('sees releases of Tekton that clusters name', async () => {
  folder.write('clusters/prod.yaml', 'name: prod\ntekton: { release: releases/tekton.yaml }\n');
  while (!(await session.nextLook()).includes('releases/tekton.yaml'));
  folder.write('releases/tekton.yaml', 'kind: Nothing\n');
  expect(await session.nextLook()).toMatch(/^releases\/tekton\.yaml$/m);
  folder.write('releases/tekton.yaml', 'kind: Nothing at all\n');
  expect(await session.nextLook()).toMatch(/^releases\/tekton\.yaml$/m);
}, 60_000);

it('loads a team.ts again, with what it imports, also after a syntax error', async () => {
  const team = `import { registry } from '../../shared/registry';
export default { props: { name: 'beta', namespace: 'team-beta', cluster: 'prod', imageRegistry: registry, stacks: ['stacks/beta.yaml'], maxParallelBuilds: 1 } };
`;
  folder.write('shared/registry.ts', `export const registry = 'r.example.com/one';\n`);
  folder.write('teams/beta/team.ts', team);
  folder.remove('teams/beta/team.yaml');
  const holds = (text: string): boolean => Object.values(folder.output()).some((file) => file.includes(text));
  while (!holds('r.example.com/one')) await session.nextLook();
  save('shared/registry.ts', `export const registry = 'r.example.com/two';\n`);
  await session.nextLook();
  expect([holds('r.example.com/one'), holds('r.example.com/two')]).toEqual([false, true]);
  save('teams/beta/team.ts', team.replace('props:', 'props: {'));
  expect(await session.nextLook()).toMatch(/^teams\/beta\/team\.ts:\d+:\d+: cannot be loaded: /m);
  save('teams/beta/team.ts', team.replace("'team-beta'", "'other-beta'"));
  await session.nextLook();
  expect(holds('namespace: other-beta')).toBe(true);
}, 60_000);

it('goes on after code that fails when nobody waits for it', async () => {
  const team = (more: string): string =>
    `${more}export default { props: { name: 'beta', namespace: 'team-beta', cluster: 'prod', imageRegistry: 'r.example.com/beta', stacks: ['stacks/beta.yaml'], maxParallelBuilds: 1 } };\n`;
  folder.remove('teams/beta/team.yaml');
  folder.write('teams/beta/team.ts', team("void Promise.reject(new Error('too late'));\n"));
  await session.says(/^teams\/beta\/team\.ts:1:\d+: fails after it was read: too late$/m);
  save('teams/beta/team.ts', team('').replace("'team-beta'", "'other-beta'"));
  while (!Object.values(folder.output()).some((file) => file.includes('namespace: other-beta')))
    await session.nextLook();
  expect(await session.end('SIGINT')).toBe(0);
}, 60_000);

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends it with exit code 0, and leaves nothing but the output',
  async (signal) => {
    save('stacks/alpha.yaml', stack('alpha').replace('pip', 'npm'));
    expect(await session.end(signal)).toBe(0);
    expect(readdirSync(join(folder.path, 'dist')).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(readdirSync(temporary).filter((name) => !name.startsWith('tsx-') && name !== 'node-compile-cache')).toEqual(
      [],
    );
  },
  60_000,
);

it('corrects what somebody else has written into the output', async () => {
  const before = folder.output();
  const file = 'dist/teams/beta/20-storage.yaml';
  folder.write(file, folder.read(file).replace('20Gi', '21Gi'));
  save('stacks/alpha.yaml', `${stack('alpha')}# touched\n`);
  expect(await session.nextLook()).toMatch(/^ {2}beta: 1 changed/m);
  expect(folder.output()).toEqual(before);
}, 60_000);

it('does not take away half of the teams', async () => {
  const before = folder.output();
  folder.remove('teams/beta');
  folder.remove('stacks/beta.yaml');
  let look = await session.nextLook();
  while (!look.includes('teams would go')) look = await session.nextLook();
  expect(look).toContain('--allow-removal');
  expect(folder.output()).toEqual(before);
}, 60_000);
