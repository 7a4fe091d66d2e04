import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verb } from '../../../orchestrator/src/http/auth';
import { unauthorized } from '../../../orchestrator/src/http/auth';
import { callerWhoMay } from '../../orchestrator/support/api';
import { shop } from '../../orchestrator/support';
import { failingTasks, pullRequestRun } from '../../page/scene';
import { command, showingRuns } from './asked';

// a machine that is busy with other things is no failure
jest.setTimeout(60_000);

/** `runs` against the API of an orchestrator. */

const team = shop();
const HOSTILE = 'feature\u001b]0;title\u0007\u202egnp\r\n$(reboot)';
const failed = pullRequestRun(team, {
  number: 7,
  phase: 'Failed',
  apps: ['web'],
  tasks: failingTasks('web'),
  message: HOSTILE,
});
const queued = pullRequestRun(team, { number: 8, phase: 'Queued', apps: ['cart'], message: 'waits for a slot' });

const showing = showingRuns(team);

it('lists runs as a table, the newest first, and what strangers wrote does nothing to a terminal', async () => {
  const { status, stdout, stderr } = await (await showing([failed, queued])).run('runs');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [head, first, second, ...more] = stdout.trimEnd().split('\n');
  expect(head!.split(/ {2,}/)).toEqual([
    'NAME',
    'STATE',
    'TEAM',
    'PIPELINE',
    'APPS',
    'PR',
    'COMMIT',
    'AGE',
    'TOOK',
    'WHY',
  ]);
  expect(first).toMatch(/^pr-7-\S+ +Failed +payments +shop-pr-test +web +7 +aaaaaaa +\S+ +3m46s +feature/);
  expect(second).toMatch(/^pr-8-\S+ +Queued +payments +shop-pr-test +cart +8 .* +waits for a slot$/);
  expect(more).toEqual([]);
  expect(first).toContain('\\u001b]0;title\\u0007\\u202egnp\\u000d $(reboot)');
  expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
});

it('leaves out columns that say nothing: what no run has, and the team that was asked for', async () => {
  const { stdout } = await (await showing([queued])).run('runs', '--team', 'payments');
  const [head] = stdout.split('\n');
  expect(head!.split(/ {2,}/)).toEqual(['NAME', 'STATE', 'PIPELINE', 'APPS', 'PR', 'COMMIT', 'AGE', 'WHY']);
});

it('asks for what is filtered, and prints what the API says as JSON', async () => {
  const { run, url } = await showing([failed, queued]);
  const { stdout } = await run('runs', '--team', 'payments', '--pr', '8', '--phase', 'Queued', '--format', 'json');
  expect(JSON.parse(stdout)).toEqual(await (await fetch(`${url}/api/runs?pr=8`)).json());
  expect(await run('runs', '--app', 'stock')).toEqual({
    status: 0,
    stdout: '',
    stderr: 'no run matches\n',
  });
});

it('tells how to get the next page, and gets it', async () => {
  const { run } = await showing([failed, queued]);
  const { stdout, stderr } = await run('runs', '--limit', '1');
  expect(stdout).toContain('pr-7-');
  const next = /^there are more: (--continue) (\S+)$/m.exec(stderr)!.slice(1);
  const { stdout: rest, stderr: said } = await run('runs', '--limit', '1', ...next);
  expect([rest.includes('pr-8-'), said]).toEqual([true, '']);
});

it('says when the history is away', async () => {
  const history = { page: async () => ({ runs: [], isComplete: false }), named: async function* () {} };
  expect((await (await showing([], { history })).run('runs')).stderr).toContain(
    'the database of finished runs does not answer',
  );
});

describe('what is typed wrong exits with 2', () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const token = join(folder, 'token');
  writeFileSync(token, 'a-token\n');
  afterAll(() => rmSync(folder, { recursive: true }));
  it.each<[readonly string[], string]>([
    [['--team', 'paymens'], "there is no team 'paymens' (there are: payments); did you mean 'payments'?"],
    [['--since', 'yesterday'], 'Write a day or a time: 2026-05-10, or 2026-05-10T12:00:00Z.'],
    [['--since', '1960-01-01'], '--since: is before 1970, when there were no runs'],
    [['--limit', '900'], 'Write a number from 1 to 500.'],
    [['--commit', 'xyz'], '--commit: is malformed'],
    [['--continue', 'x'], '--continue is not what'],
    [['--watch', '--continue', 'x'], "option '--continue <word>' cannot be used with option '--watch'"],
    [['--url', 'nowhere'], '--url nowhere: is not an address (expected https://<host>)'],
    [['--url', 'ci.example.com'], '--url ci.example.com: is not an address (expected https://ci.example.com)'],
    [['--url', 'localhost:8080'], '--url localhost:8080: is not an address (expected http://localhost:8080)'],
    [
      ['--url', 'https://ci.example.com/ui/runs/pr-1'],
      'leads below the orchestrator (expected https://ci.example.com)',
    ],
    [['--url', 'https://ci.example.com/?x=1'], 'leads below the orchestrator (expected https://ci.example.com)'],
    [['--url', 'http://ci.example.com', '--token-file', token], 'a token would be sent without encryption'],
    [['--token-file', 'nowhere'], '--token-file nowhere: there is no such file'],
  ])('%j', async (args, said) => {
    const { status, stdout, stderr } = await (await showing([])).run('runs', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(said);
  });

  it.each<[string, Parameters<typeof command>[0]]>([
    ['a token of two lines', { TEKTON_DAG_URL: 'http://localhost:1', TEKTON_DAG_TOKEN: 'secret-a\nsecret-b' }],
    ['a token that is none', { TEKTON_DAG_URL: 'http://localhost:1', TEKTON_DAG_TOKEN: 'secret-ä' }],
    ['an address with a password', { TEKTON_DAG_URL: 'http://user:secret@localhost:1' }],
  ])('%s, which is not repeated', async (_, env) => {
    const { status, stdout, stderr } = await command(env, 'runs');
    expect([status, stderr]).toEqual([2, expect.stringContaining('expected')]);
    expect(stdout + stderr).not.toContain('secret');
  });

  it('no address', async () => {
    const { status, stderr } = await command({}, 'runs');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: .*--url, or TEKTON_DAG_URL.*port-forward/),
    });
  });
});

describe('what is answered otherwise exits with 1, with a remedy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const of = async (authenticate: ReturnType<typeof callerWhoMay>) => (await showing([], { authenticate })).run('runs');

  it.each<[string, readonly Verb[] | 'nobody', string]>([
    [
      'whom the cluster does not know',
      'nobody',
      'kubectl create token <account> --namespace <namespace> --audience tekton-dag-orchestrator > token',
    ],
    [
      'who may not',
      ['create'],
      'you may list the runrequests of no team (expected a right that docs/terminal.md lists',
    ],
  ])('to somebody %s', async (_, verbs, said) => {
    const refuse = async () => {
      throw unauthorized();
    };
    const { status, stdout, stderr } = await of(verbs === 'nobody' ? refuse : callerWhoMay(...verbs));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(said);
  });

  it('by an orchestrator that has not read the cluster yet', async () => {
    const { status, stderr } = await (await showing([], { synced: () => false })).run('runs');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('expected to be asked again in 10 s'),
    });
  });

  const elsewhere = async (answer: RequestListener, env: object = {}) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outcome = await command({ TEKTON_DAG_URL: url, ...env }, 'runs');
    await new Promise((resolve) => server.close(resolve));
    return { ...outcome, url };
  };

  it('by nobody', async () => {
    const { url } = await elsewhere((_, response) => response.end());
    const { status, stderr } = await command({ TEKTON_DAG_URL: url }, 'runs');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/does not answer: .*ECONNREFUSED.*port-forward/),
    });
  });

  it.each<[string, RequestListener, string]>([
    ['a page', (_, response) => response.end('<html>'), 'answers as no orchestrator of this version does'],
    ['another JSON', (_, response) => response.end('{"runs":[]}'), 'answers as no orchestrator of this version does'],
    ['an error of a proxy', (_, response) => response.writeHead(502).end('<html>'), 'answers as no orchestrator'],
    [
      'where it leads',
      (_, response) => response.writeHead(308, { location: 'https://ci.example.com/' }).end(),
      'leads to https://ci.example.com/',
    ],
    [
      'what a terminal obeys',
      (_, response) => response.writeHead(404).end(JSON.stringify({ code: 'x', detail: '\u001b[2J' })),
      '[2J',
    ],
  ])('by %s', async (_, answer, said) => {
    const { status, stderr } = await elsewhere(answer);
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('\u001b');
  });

  it('asks with the token of the file, else that of the environment', async () => {
    const shown: unknown[] = [];
    const listen: RequestListener = ({ headers }, response) => {
      shown.push(headers.authorization);
      response.end('[]');
    };
    const file = join(folder, 'token');
    writeFileSync(file, 'of-the-file\n');
    await elsewhere(listen);
    await elsewhere(listen, { TEKTON_DAG_TOKEN: 'of-the-environment' });
    await elsewhere(listen, { TEKTON_DAG_TOKEN: 'of-the-environment', TEKTON_DAG_TOKEN_FILE: file });
    expect(shown).toEqual([undefined, 'Bearer of-the-environment', 'Bearer of-the-file']);
  });
});

describe('--watch', () => {
  it('tells each run when it has changed, and nothing else', async () => {
    const { start, show } = await showing([queued]);
    const watching = start('runs', '--watch');
    await watching.until('Queued');
    show([queued, failed]);
    const said = await watching.until('Failed');
    await watching.end();
    expect(said.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^Queued {2}pr-8-\S+ {2}payments {2}shop-pr-test {2}cart {2}8 {2}aaaaaaa {2}waits for a slot$/,
      ),
      expect.stringMatching(
        /^Failed {2}pr-7-\S+ {2}payments {2}shop-pr-test {2}web {2}7 {2}aaaaaaa {2}3m46s {2}feature/,
      ),
    ]);
  });

  it('tells it as JSON, a line each', async () => {
    const { start } = await showing([queued]);
    const watching = start('runs', '--watch', '--format', 'json');
    const said = await watching.until('\n');
    await watching.end();
    expect(JSON.parse(said)).toMatchObject({ name: queued.request.metadata.name, status: 'Queued' });
  });

  it('goes on when the orchestrator is there again', async () => {
    let answers = true;
    const { start, show } = await showing([queued], { synced: () => answers });
    const watching = start('runs', '--watch');
    await watching.until('Queued');
    // heard of, and not answered
    answers = false;
    show([failed]);
    await watching.until('it is tried again', 'stderr');
    answers = true;
    await watching.until('Failed');
    await watching.end();
  });

  it('ends where the address is wrong', async () => {
    const { status } = await command({ TEKTON_DAG_URL: 'http://127.0.0.1:9' }, 'runs', '--watch');
    expect(status).toBe(1);
  });
});
