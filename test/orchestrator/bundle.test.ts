import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// a machine that is busy with other things is no failure
jest.setTimeout(60_000);

/** `npm run bundle -w orchestrator`: one file that needs no packages beside it. */

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
const file = join(folder, 'orchestrator.js');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const { status, stderr } = spawnSync(
    'npm',
    ['run', '--silent', 'bundle', '--workspace', 'orchestrator', '--', `--outfile=${file}`],
    { cwd: join(__dirname, '../..'), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
});

it('says everything that is wrong with its settings, and ends', () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [file], {
    cwd: folder,
    env: { PORT: 'x', LOG_LEVEL: 'loud' },
    encoding: 'utf8',
  });
  expect({
    status,
    stdout,
    about: stderr
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1]),
  }).toEqual({ status: 1, stdout: '', about: ['PORT:', 'LOG_LEVEL:'] });
});

it('is ready for deliveries, with all that it loads when it is needed and without a provider of sign-ins, and stops when told', async () => {
  const cluster = { server: 'https://127.0.0.1:1' };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    clusters: [{ name: 'x', cluster }],
    users: [{ name: 'x', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config));
  writeFileSync(join(folder, 'token'), 'a token');
  const env = {
    KUBECONFIG: join(folder, 'kubeconfig'),
    GITHUB_TOKEN_FILE: join(folder, 'token'),
    PORT: '0',
    METRICS_PORT: '0',
    SIGN_IN_ISSUER: 'http://127.0.0.1:1',
    SIGN_IN_URL: 'https://tekton-dag.example.com',
    SIGN_IN_CLIENT_ID: 'tekton-dag',
    SIGN_IN_CLIENT_SECRET_FILE: join(folder, 'token'),
    SIGN_IN_SESSION_KEYS_DIR: folder,
  };
  const child = spawn(process.execPath, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    let said = '';
    const expected = ['ready for deliveries', 'sign-in: nobody can sign in now'];
    // its output is read to the end: a pipe that nobody reads from any more would end it first
    const ready = new Promise<void>((resolve) =>
      child.stdout
        .setEncoding('utf8')
        .on('data', (text: string) => ((said += text), expected.every((line) => said.includes(line)) && resolve())),
    );
    await Promise.race([ready, ended]);
    for (const line of expected) expect(said).toContain(line);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
