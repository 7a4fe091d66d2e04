import { Readable } from 'node:stream';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Verb } from '../../../orchestrator/src/http/auth';
import { reportHeaders } from '../../../orchestrator/src/http/report-headers';
import { runFolder } from '../../../orchestrator/src/test-reports/run-folder';
import { failingTasks, pullRequestRun } from '../../page/scene';
import { configurationOf, shop } from '../support';
import { api, callerWhoMay } from '../support/api';
import { inject } from '../support/inject';
import { KeptReports } from '../support/kept-reports';

/** The files of reports, as the API gives them to whoever may read logs. */

const team = shop();
const made = pullRequestRun(team, { number: 7, phase: 'Failed', apps: ['web'], tasks: failingTasks('web') }).request;
const { name, namespace = '' } = made.metadata;
const folder = `shop/pr-test/${name}`;

function served(request: RunRequest = made, ...verbs: Verb[]) {
  const reports = new KeptReports();
  reports.files.set(`${folder}/web/playwright/html/index.html`, '<script>alert(1)</script>');
  reports.files.set(`${folder}/outcome.json`, '{}');
  reports.files.set('shop/pr-test/other/outcome.json', '{"a":"secret"}');
  const front = api(configurationOf(team), {
    authenticate: callerWhoMay(...(verbs.length > 0 ? verbs : (['list', 'readLogs'] as const))),
    reports,
  });
  front.cluster.objects.set(`${namespace}/${request.metadata.name}`, request);
  const file = (path: string) =>
    inject(front.app, { method: 'GET', url: `/api/runs/${request.metadata.name}/reports/${path}` });
  return { ...front, reports, file };
}

it('lists the files of the run', async () => {
  const { status, body } = await served().call('GET', `/api/runs/${name}/reports`);
  expect([status, body]).toEqual([
    200,
    {
      ...{ name, namespace, isComplete: true },
      files: [
        { path: 'outcome.json', size: 2 },
        { path: 'web/playwright/html/index.html', size: 25 },
      ],
    },
  ]);
});

it('gives a file as one that runs nothing, and is of no origin', async () => {
  const { statusCode, headers, body } = await served().file('web/playwright/html/index.html');
  expect([statusCode, body]).toEqual([200, '<script>alert(1)</script>']);
  const policy = String(headers['content-security-policy']).split('; ');
  expect(policy).toEqual(expect.arrayContaining(['sandbox', "default-src 'none'", "frame-ancestors 'self'"]));
  expect(String(headers['content-security-policy'])).not.toContain('script');
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-length': '25',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
});

it.each([
  ['a.html', 'text/html; charset=utf-8', undefined],
  ['junit.XML', 'text/plain; charset=utf-8', undefined],
  ['traces/a.png', 'image/png', undefined],
  ['trace.zip', 'application/octet-stream', 'attachment'],
  ['a.xhtml', 'application/octet-stream', 'attachment'],
  ['a.constructor', 'application/octet-stream', 'attachment'],
  ['a.b/html', 'application/octet-stream', 'attachment'],
  ['html', 'application/octet-stream', 'attachment'],
])('says of %s that it is %s', (path, type, disposition) =>
  expect(reportHeaders(path)).toMatchObject({
    'content-type': type,
    ...(disposition && { 'content-disposition': disposition }),
  }),
);

it.each([
  ['%2e%2e/other/outcome.json'],
  ['..%2fother%2foutcome.json'],
  ['web/%2e%2e/%2e%2e/other/outcome.json'],
  ['web%5c..%5coutcome.json'],
  ['/etc/passwd'],
  ['outcome.json%00.html'],
  ['web//playwright'],
])('leads nowhere else: %s', async (path) => {
  const { reports, file } = served();
  expect((await file(path)).statusCode).toBe(404);
  expect(reports.asked).toEqual([]);
});

describe('a file that is not as long as it was', () => {
  const parts = { whole: [Buffer.alloc(10)], 'in parts': [Buffer.alloc(4), Buffer.alloc(6)] };
  const sent = async (size: number, content: readonly Buffer[]) => {
    const { app, reports } = served();
    const stream = Readable.from(content);
    reports.open = async () => ({ size, content: stream });
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/api/runs/${name}/reports/outcome.json`;
    const answer = await fetch(url)
      .then(async (response) => [response.status, (await response.arrayBuffer()).byteLength])
      .catch(() => 'broken off');
    await app.close();
    return [stream.destroyed, answer];
  };

  it.each(Object.entries(parts))('is given if it is (%s)', async (_, content) =>
    expect(await sent(10, content)).toEqual([true, [200, 10]]),
  );
  it.each<[string, number, readonly Buffer[]]>([
    ['shorter', 20, parts['in parts']],
    ['longer', 5, parts['in parts']],
  ])('is broken off if it is %s', async (_, size, content) =>
    expect(await sent(size, content)).toEqual([true, 'broken off']),
  );
  it.each<[string, number]>([
    ['longer at once', 5],
    ['longer than nothing', 0],
  ])('is not begun if it is %s', async (_, size) => {
    const { file, reports } = served();
    reports.open = async () => ({ size, content: Readable.from(parts.whole) });
    const { statusCode, headers, body } = await file('outcome.json');
    expect([statusCode, headers['content-length']]).toEqual([503, String(Buffer.byteLength(body))]);
  });
});

it('has no report that there is not', async () =>
  expect((await served().file('web/unit/none.xml')).statusCode).toBe(404));

it.each([
  ['who may not see the run, which is as if it were not there', 'create', 404],
  ['who may not read logs', 'list', 403],
] as const)('gives nothing to somebody %s', async (_, verb, expected) => {
  const { call, file, reports } = served(made, verb);
  for (const path of ['reports', 'tests', 'tests/web/unit'])
    expect((await call('GET', `/api/runs/${name}/${path}`)).status).toBe(expected);
  expect((await file('outcome.json')).statusCode).toBe(expected);
  expect(reports.asked).toEqual([]);
});

describe('of a request', () => {
  const asked = (over: Partial<RunRequest['spec']>, status: RunRequest['status'] = made.status): RunRequest => ({
    ...made,
    spec: { ...made.spec, ...over },
    status,
  });

  it.each([
    ['that nobody has run', asked({}, { phase: 'Refused' })],
    ['of another pipeline', asked({ pipeline: 'merge-release' })],
    ['with a stack that is a path', asked({ stack: '../../other-team/shop' })],
    ['with a stack that is none', asked({ stack: '..' })],
  ])('%s there are none', async (_, request) => {
    expect(runFolder(request)).toBeUndefined();
    const { call, file, reports } = served(request);
    expect((await call('GET', `/api/runs/${name}/reports`)).body.files).toEqual([]);
    expect((await file('outcome.json')).statusCode).toBe(404);
    expect(reports.asked).toEqual([]);
  });

  it('the place is never that of its results', () =>
    expect(
      runFolder(asked({}, { ...made.status, results: { reports: 'pvc://tekton-dag-reports/other/pr-test/x' } })),
    ).toBe(folder));
});

it('says that it cannot ask where reports are kept', async () => {
  const { call, file, reports } = served();
  reports.isAway = true;
  expect((await call('GET', `/api/runs/${name}/reports`)).body.code).toBe('reports_unavailable');
  expect((await file('outcome.json')).statusCode).toBe(503);
});

it('says that it reads none', async () => {
  const front = api(configurationOf(team), { authenticate: callerWhoMay('list', 'readLogs') });
  front.cluster.objects.set(`${namespace}/${name}`, made);
  const { status, body } = await front.call('GET', `/api/runs/${name}/reports`);
  expect([status, body.detail]).toEqual([404, expect.stringContaining('docs/reports.md')]);
});

it('sends no file that is too large', async () => {
  const { reports, file } = served();
  reports.open = async (...asked) => ({
    ...(await new KeptReports().open(...asked))!,
    size: 2 ** 30,
    content: { destroy: () => undefined } as never,
  });
  const { statusCode, body } = await file('web/playwright/trace.zip');
  expect([statusCode, JSON.parse(body).code]).toEqual([422, 'report_too_large']);
});
