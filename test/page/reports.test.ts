import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { readSummary } from '../../orchestrator/src/test-reports/read-summaries';
import type { RecordedTests } from '../../orchestrator/src/history/recorded-tests';
import type { TaskRun } from '../../orchestrator/src/queue/task';
import { teamOf } from '../orchestrator/support';
import { KeptReports, summaryWith } from '../orchestrator/support/kept-reports';
import { keepRun } from '../orchestrator/support/kept-run';
import { suiteWith } from '../output/tasks/support/tools';
import { failingTasks, pullRequestRun } from './scene';
import type { Served } from './served';
import { builtPage, serve } from './served';
import { hear, isForEverybody } from './view';

/** What tests said, and what they left, in a browser: whatever they wrote, nothing of it runs. */

const team = teamOf('payments', { checkout: [{ name: 'cart', repo: 'acme/cart', downstream: [] }] });
const failed = pullRequestRun(team, { number: 42, phase: 'Failed', apps: ['cart'], tasks: failingTasks('cart') });
const past = pullRequestRun(team, { number: 41, phase: 'Failed', apps: ['cart'], tasks: failingTasks('cart') });
const { name, uid = '' } = failed.request.metadata;
const folder = `checkout/pr-test/${name}`;
/** One whose browser tests ran in three shards, of which the second failed. */
const SHARDS = ['shard-1-of-3', 'shard-2-of-3', 'shard-3-of-3'];
const plain = pullRequestRun(team, { number: 43, phase: 'Failed', apps: ['cart'], tasks: failingTasks('cart') });
const sharded = {
  ...plain,
  taskRuns: plain.taskRuns.flatMap((one): readonly TaskRun[] =>
    one.metadata.labels?.['tekton.dev/pipelineTask'] === 'test-cart-playwright'
      ? SHARDS.map((value, index) => ({
          ...one,
          metadata: { ...one.metadata, name: `${one.metadata.name}-${index}` },
          spec: {
            params: [
              { name: 'combination', value },
              { name: 'app', value: 'cart' },
            ],
          },
          status: {
            ...one.status,
            podName: `pod-${index}`,
            conditions: [{ type: 'Succeeded', status: index === 1 ? 'False' : 'True', message: `said by ${value}` }],
          },
        }))
      : [one],
  ),
};
const run = `/ui/runs/${name}`;
const SCRIPT = `<img src=x onerror=alert(1)><script>alert(2)</script>`;
const unit = summaryWith('cart', 'unit', {
  tests: { passed: 1, failed: 2, errors: 0, skipped: 0, flaky: 0, seconds: 0.5 },
  cases: [
    ...summaryWith('cart', 'unit').cases.slice(0, 1),
    {
      class: SCRIPT,
      name: `javascript:alert(3)//${SCRIPT}`,
      state: 'failed',
      message: SCRIPT,
      file: 'src/<b>.ts',
      line: 1,
    },
    ...summaryWith('cart', 'unit').cases.slice(1),
  ],
  coverage: {
    covered: 8,
    total: 14,
    files: [
      { path: 'src/cart.ts', covered: 7, total: 10 },
      { path: `src/${SCRIPT}.ts`, covered: 1, total: 4 },
    ],
  },
  notes: [{ file: 'junit.xml', text: SCRIPT }],
});

/** A database in which the first case failed before, and the second both passed and failed. */
const tests: RecordedTests = {
  ofRun: async (of) =>
    of === uid
      ? [
          {
            ...unit,
            failed: unit.cases.filter(({ state }) => state === 'failed'),
            coverage: unit.coverage && { covered: 8, total: 14 },
          },
        ]
      : undefined,
  ofKind: async (of) => (of === uid ? readSummary('cart', 'unit', JSON.stringify(unit)) : undefined),
  before: async (_, names) => names.map((_name, index) => runsOf(index === 1)),
  ofCase: async () => runsOf(true),
};
const runsOf = (isFlaky: boolean) =>
  ['failed', isFlaky ? 'passed' : 'failed', 'passed'].map((state, index) => ({
    run: index === 0 ? name : `pr-42-before${index}`,
    created: new Date(Date.UTC(2026, 4, 10 - index)),
    commit: `${isFlaky ? 'a' : index}`.repeat(40),
    pullRequest: '42',
    state,
    flaky: false,
    seconds: 0.1,
    message: state === 'failed' ? SCRIPT : null,
  }));

suiteWith(['chromium'], 'tests and reports on the page', () => {
  let browser: Browser;
  let page: ReturnType<typeof builtPage>;
  let served: Served;
  let elsewhere: Server;
  const reports = new KeptReports();
  const hits: string[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    page = builtPage();
    elsewhere = createServer(({ url = '' }, response) => {
      hits.push(url);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const evil = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    reports.files.set(
      `${folder}/cart/playwright/html/index.html`,
      `<!doctype html><title>x</title><meta http-equiv="refresh" content="0;url=${evil}/refresh">
      <style>p { color: rgb(1, 2, 3) } @import url(${evil}/import);</style>
      <p>a report</p>${SCRIPT}<img src="${evil}/image"><iframe src="${evil}/frame"></iframe><link rel="stylesheet" href="${evil}/style">
      <form action="${evil}/form"><button>Send</button></form><a href="${evil}/top" target="_top">Top</a>
      <script>parent.document.title = 'taken'; fetch('${evil}/fetch'); top.location = '${evil}/location';</script>
      <svg onload="alert(4)"></svg><object data="${evil}/object"></object>`,
    );
    reports.files.set(`${folder}/cart/unit/summary.json`, JSON.stringify(unit));
    reports.files.set(`${folder}/cart/playwright/traces/a b/trace.zip`, 'PK');
    reports.files.set(`${folder}/cart/unit/${SCRIPT.replaceAll('/', '')}.txt`, SCRIPT);
    served = await serve(page.folder, [team], { reports, tests });
    SHARDS.forEach((shard, index) => {
      const { cases } = summaryWith('cart', 'playwright');
      const counts = { passed: 2, failed: index === 1 ? 1 : 0, errors: 0, skipped: 0, flaky: 0, seconds: 1 };
      const more = { tests: counts, cases: index === 1 ? cases : [], coverage: undefined };
      reports.files.set(
        `checkout/pr-test/${sharded.request.metadata.name}/cart/playwright/${shard}/summary.json`,
        JSON.stringify(summaryWith('cart', 'playwright', more)),
      );
    });
    keepRun(reports, past, {
      'test-cart-postman/test': `\u001b[31mPOST /cart answers 201\u001b[0m\n${SCRIPT}\n`,
      'build-cart/clone': 'line 1\nline 2\n',
    });
    served.show([
      failed,
      sharded,
      { ...past, run: { ...past.run, metadata: { ...past.run.metadata, uid: 'another' } }, taskRuns: [] },
    ]);
    served.write('test-cart-postman', 'test', '');
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    elsewhere?.close();
    page?.remove();
  });
  beforeEach(() => {
    said.length = 0;
    hits.length = 0;
  });
  const views: Page[] = [];
  afterEach(async () => {
    await Promise.all(views.splice(0).map((view) => view.context().close()));
  });

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const view = await (await browser.newContext(options)).newPage();
    views.push(view);
    hear(view, said);
    await view.goto(served.url + path);
    return view;
  }
  const nothingRan = async (view: Page): Promise<void> => {
    expect(said).toEqual([]);
    expect(hits).toEqual([]);
    expect(await view.title()).toMatch(/ · tekton-dag$/);
    expect(await view.locator('main img, main script, main b > *, a[href^="javascript"]').count()).toBe(0);
  };

  it('a run has a grid of the ways in which its tests ran, each of which leads to its cases and its log', async () => {
    const view = await open(`/ui/runs/${sharded.request.metadata.name}?task=test-cart-playwright`);
    const kind = view.getByRole('article', { name: 'playwright tests of cart' });
    await kind.waitFor();
    expect(await kind.locator('p').first().textContent()).toContain('6 passed, 1 failed in 3 s');
    const grid = kind.getByRole('list', { name: 'Combinations of the playwright tests of cart' });
    expect(await grid.getByRole('link').allTextContents()).toEqual(SHARDS);
    expect(await grid.getByRole('listitem').nth(1).textContent()).toContain('2 passed, 1 failed');
    expect(await kind.textContent()).toContain('adds up in shard-2-of-3');
    const task = view.getByRole('region', { name: 'Task test-cart-playwright' });
    // the one that failed is shown first
    expect(await task.locator('[aria-current]').first().textContent()).toContain('shard-2-of-3');
    expect(await task.textContent()).toContain('said by shard-2-of-3');
    await isForEverybody(view);
    await task.getByRole('link', { name: 'shard-3-of-3' }).click();
    await task.locator('[aria-current]', { hasText: 'shard-3-of-3' }).waitFor();
    await grid.getByRole('link', { name: 'shard-2-of-3' }).click();
    await view.getByRole('heading', { name: 'playwright tests of cart in shard-2-of-3' }).waitFor();
    await view.getByText('cart.Total › adds up').waitFor();
    await isForEverybody(view);
  });

  it('a run says which cases failed, where and why, and since when', async () => {
    const view = await open(run);
    const kind = view.getByRole('article', { name: 'unit tests of cart' });
    await kind.waitFor();
    expect(await kind.locator('p').first().textContent()).toContain('1 passed, 2 failed in 0.5 s · 57 % of the lines');
    const [first, second] = await kind.getByRole('listitem').allTextContents();
    expect(first).toContain('cart.Total › adds up');
    expect(first).toContain('src/cart.ts:12');
    expect(first).toContain('failed before, since 111111111111');
    expect(first).toContain('expected 3 but got 4');
    expect(second).toContain('flaky: it failed in 1 of the last 3 runs');
    expect(second).toContain(SCRIPT);
    await nothingRan(view);
  });

  it('leads from a case that failed to its history, which has an address of its own', async () => {
    const view = await open(run);
    await view.getByRole('link', { name: 'History of this case' }).nth(1).click();
    await view.getByRole('heading', { level: 1 }).getByText(SCRIPT).waitFor();
    await view.getByText('flaky: it failed in 1 of the last 3 runs').waitFor();
    expect(await view.getByRole('row').count()).toBe(4);
    expect(await view.getByRole('link', { name: 'pr-42-before1' }).getAttribute('href')).toBe(
      '/ui/runs/pr-42-before1?namespace=team-payments',
    );
    await nothingRan(view);
    await view.reload();
    await view.getByRole('heading', { level: 1 }).getByText(SCRIPT).waitFor();
    await nothingRan(view);
  });

  it('has all cases of a kind, and what they cover, the least first', async () => {
    const view = await open(run);
    await view.getByRole('link', { name: 'All cases and files' }).click();
    await view.getByRole('region', { name: 'Cases' }).waitFor();
    expect(await view.getByRole('region', { name: 'Coverage by file' }).locator('code').allTextContents()).toEqual([
      `src/${SCRIPT}.ts`,
      'src/cart.ts',
    ]);
    await view.getByRole('searchbox').fill('EMPTY');
    await view.getByText('1 of 3 cases').waitFor();
    expect(await view.getByRole('region', { name: 'Cases' }).getByRole('row').count()).toBe(2);
    await nothingRan(view);
  });

  it('shows a report that is hostile, and runs and loads nothing of it', async () => {
    const view = await open(run);
    await view.getByRole('link', { name: 'All files of the reports' }).click();
    await view.getByRole('link', { name: 'cart/playwright/html/index.html' }).click();
    const frame = view.frameLocator('iframe.report');
    await frame.getByText('a report').waitFor();
    // what is in the file itself is taken
    const colour = await frame.locator('p').evaluate((shown) => {
      const { getComputedStyle } = globalThis as unknown as { getComputedStyle: (of: unknown) => { color: string } };
      return getComputedStyle(shown).color;
    });
    expect(colour).toBe('rgb(1, 2, 3)');
    await frame.getByRole('button', { name: 'Send' }).click();
    await frame.getByRole('link', { name: 'Top' }).click();
    await nothingRan(view);
    expect(await view.title()).toBe(`Reports of ${name} · tekton-dag`);
    expect(new URL(view.url()).pathname).toBe(`${run}/reports`);
  });

  it('is as safe where a report is opened alone', async () => {
    const view = await open(`/api/runs/${name}/reports/cart/playwright/html/index.html`);
    await view.getByText('a report').waitFor();
    expect([said, hits]).toEqual([[], []]);
    expect(await view.evaluate('origin')).toBe('null');
  });

  it('saves what a browser would not show', async () => {
    const view = await open(`${run}/reports`);
    await view.getByRole('link', { name: 'cart/playwright/traces/a b/trace.zip' }).click();
    const saved = view.waitForEvent('download');
    await view.getByRole('link', { name: 'Save' }).click();
    expect((await saved).suggestedFilename()).toBe('trace.zip');
    expect(await view.locator('iframe').count()).toBe(0);
    await nothingRan(view);
  });

  const pruned = `/ui/runs/${past.request.metadata.name}`;
  it('shows of a run that the cluster has no more what it kept: the tasks, why one failed, and its log', async () => {
    const view = await open(pruned);
    await view.getByText('The cluster has this run no more.').waitFor();
    const log = view.getByRole('region', { name: 'Log' });
    await log.getByText('POST /cart answers 201').waitFor();
    await log.getByText('Kept from the run: its pod is gone.').waitFor();
    expect(await view.locator('.task .message').textContent()).toContain('expected 201 but got 500');
    expect(await log.locator('.ansi-red').allTextContents()).toEqual(['POST /cart answers 201']);
    await log.getByRole('searchbox').fill('SCRIPT');
    expect(await log.locator('code').allTextContents()).toEqual([SCRIPT]);
    await nothingRan(view);
  });

  it('has addresses of tasks, steps and lines that stay when the run is gone', async () => {
    const view = await open(`${pruned}?task=build-cart&step=clone#L2`);
    await view.locator('.log .here code').getByText('line 2').waitFor();
    await view.getByRole('link', { name: 'compile' }).click();
    await view.getByText('Left out: what could not be read: it is gone.').waitFor();
  });

  const report = `${run}/reports?file=cart%2Fplaywright%2Fhtml%2Findex.html`;
  const history = `/ui/teams/payments/stacks/checkout/case?app=cart&kind=unit&class=a&name=b`;
  it.each([
    ['light', run, {}],
    ['dark', run, { colorScheme: 'dark' }],
    ['on a phone', run, { viewport: { width: 390, height: 800 } }],
    ['dark', `${run}/tests/cart/unit`, { colorScheme: 'dark' }],
    ['on a phone', `${run}/tests/cart/unit`, { viewport: { width: 390, height: 800 } }],
    ['light', pruned, {}],
    ['dark', pruned, { colorScheme: 'dark' }],
    ['light', report, {}],
    ['on a phone', report, { viewport: { width: 390, height: 800 } }],
    ['dark', history, { colorScheme: 'dark' }],
    ['on a phone', history, { viewport: { width: 390, height: 800 } }],
  ] as const)('is for everybody: %s, %s', async (_, path, options) => {
    const view = await open(path, options);
    await isForEverybody(view);
  });
});
