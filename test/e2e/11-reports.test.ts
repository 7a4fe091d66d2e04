import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { TeamProps } from '../../lib';
import { REPORTS_CLAIM } from '../../lib/words/names';
import { readRunTests } from '../../lib/runs/report/told';
import { keptLogsSchema } from '../../lib/runs/report/kept-logs';
import { summarySchema } from '../../lib/runs/report/summary';
import { FAILURES_RESULT, REPORTS_RESULT, RUN_TESTS_RESULT } from '../../lib/words/results';
import { example } from '../support/docs';
import { CREDENTIALS, ENDPOINT, REGION, objects, openBucket } from './reports/bucket-pod';
import { commit } from './support/git';
import { bringUpWithOrchestrator } from './support/orchestrator';
import { applyObjects, kubectl, wait } from './support/kubectl';
import { failure, state } from './support/pull-request';
import type { Outcome } from './support/run';
import { fails, result, succeeds, task } from './support/run';
import { has, suite, toolImage } from './support/suite';
import { applyTeam } from './support/team-up';
import type { TestTeam } from './support/team';
import { APP_RESOURCES, publishApp, writeTeam } from './support/team';

/** Story 11: what the tests of a pull request wrote is kept on the team's claim or in a bucket, and the run says where. */

const REPORTED: TestTeam = { name: 'reported', namespace: 'team-reported', environment: 'reported-staging' };
const STACK = 'reported';
const REPO = 'reported';
const options = { team: REPORTED, stack: STACK };

const newman = has('newman');
const stack = (): object => ({
  apps: [
    {
      name: 'terminal',
      repo: `e2e/${REPO}`,
      'propagation-role': 'originator',
      'container-port': 5000,
      probe: { path: '/healthz' },
      resources: APP_RESOURCES,
      ...(newman && { tests: { postman: 'tests/api' } }),
    },
  ],
});

/** A postman collection that looks which version answers. */
const collection = (name: string, expected: string): string =>
  JSON.stringify({
    info: { name, schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    item: [
      {
        name,
        request: { method: 'GET', url: '{{baseUrl}}/' },
        event: [
          {
            listen: 'test',
            script: {
              type: 'text/javascript',
              exec: [
                `pm.test('${name} meets ${expected}', () => pm.expect(pm.response.json().version).to.equal('${expected}'));`,
              ],
            },
          },
        ],
      },
    ],
  });

/** A pull request whose preview says `pr-<number>`. */
async function pullRequest(number: number, tests: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const edits = {
    'version.txt': `pr-${number}\n`,
    ...Object.fromEntries(Object.entries(tests).map(([name, text]) => [`tests/api/${name}.json`, text])),
  };
  const revision = await commit(REPO, `change-${number}`, edits);
  return ['pr-test', '--app', 'terminal', '--pr', String(number), '--revision', revision];
}

let orchestrator: TeamProps['orchestrator'];
const write = (given: TeamProps['orchestrator'], storage?: TeamProps['storage']): void => {
  orchestrator = given;
  writeTeam(REPORTED, { [STACK]: stack() }, { orchestrator, ...(storage && { storage }) });
};

const place = (run: Outcome): string => `${STACK}/pr-test/${run.name}`;
const resultOf = ({ run }: Outcome, name: string): string | undefined =>
  run.status?.results?.find((each) => each.name === name)?.value;
const outcomeOf = (text: string): { status: string; tasks: { name: string; succeeded: boolean | null }[] } =>
  JSON.parse(text) as ReturnType<typeof outcomeOf>;

beforeAll(async () => {
  await publishApp('terminal', REPO);
  // what reads reports is a program of its image; nobody asks it for runs here
  await bringUpWithOrchestrator(REPORTED, write, { enabled: false });
  await succeeds(['bootstrap'], options);
});

describe('on the claim, of a pull request whose tests fail', () => {
  let run: Outcome;
  let folder: string;

  beforeAll(async () => {
    const args = await pullRequest(1, { a: collection('a', 'another'), b: collection('b', 'pr-1') });
    run = await (newman ? fails : succeeds)(args, options);
    folder = join(suite().work, run.name);
    await copyAsDocumented(place(run), folder);
  });

  it('the run says where they are', () => {
    expect(resultOf(run, REPORTS_RESULT)).toBe(`pvc://${REPORTS_CLAIM}/${place(run)}`);
  });

  it('how the run went is there', () => {
    const { status, tasks } = outcomeOf(readFileSync(join(folder, 'outcome.json'), 'utf8'));
    expect(status).toBe(newman ? 'Failed' : 'Succeeded');
    expect(tasks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'build-terminal', succeeded: true }),
        expect.objectContaining({ name: 'verdict', succeeded: !newman }),
      ]),
    );
  });

  it('so are the logs of its steps, each whole but those that still ran', () => {
    const { steps } = keptLogsSchema.parse(JSON.parse(readFileSync(join(folder, 'logs/index.json'), 'utf8')));
    const whole = steps.filter(({ omitted }) => omitted === undefined).map(({ task: name }) => name);
    expect(whole).toEqual(expect.arrayContaining(['build-terminal', 'push-terminal', 'preview-terminal', 'verdict']));
    for (const { file, bytes, omitted, task: name } of steps) {
      if (bytes > 0) expect(readFileSync(join(folder, 'logs', file)).length).toBe(bytes);
      if (omitted !== undefined) expect([name, omitted]).toEqual([name, expect.stringContaining('it still ran')]);
    }
    expect(steps.find(({ task: name, step }) => name === 'build-terminal' && step === 'clone')?.exitCode).toBe(0);
  });

  (newman ? it : it.skip)('so is the report of every collection, the preview having answered', () => {
    expect(readFileSync(join(folder, 'terminal/postman/junit-a.xml'), 'utf8')).toMatch(/a meets another[^]*<failure/);
    expect(readFileSync(join(folder, 'terminal/postman/junit-b.xml'), 'utf8')).not.toContain('<failure');
    expect(result(task(run, 'test-terminal-postman'), 'REPORT')).toBe(
      `pvc://${REPORTS_CLAIM}/${place(run)}/terminal/postman`,
    );
  });

  (newman ? it : it.skip)('so is what they say together, and the run has how many passed and failed', () => {
    const summary = summarySchema.parse(
      JSON.parse(readFileSync(join(folder, 'terminal/postman/summary.json'), 'utf8')),
    );
    expect(summary).toMatchObject({ app: 'terminal', kind: 'postman', tests: { passed: 1, failed: 1 }, notes: [] });
    expect(readRunTests(resultOf(run, RUN_TESTS_RESULT))).toMatchObject({
      ...{ passed: 1, failed: 1 },
      failures: ['test-terminal-postman: A › a meets another'],
    });
  });

  (newman ? it : it.skip)('the run, its verdict and its task name the test that failed', () => {
    expect(result(task(run, 'test-terminal-postman'), 'OUTCOME')).toBe('failed');
    for (const said of [failure(run, 'test-terminal-postman'), failure(run, 'verdict'), resultOf(run, FAILURES_RESULT)])
      expect(said).toContain('the postman tests of terminal failed: A › a meets another');
    expect(state(run)).toBe('False Failed');
  });
});

describe('in a bucket, of a pull request whose tests pass', () => {
  let run: Outcome;

  beforeAll(async () => {
    await openBucket();
    write(orchestrator, {
      reports: { s3: { endpoint: ENDPOINT, bucket: 'ci-reports', prefix: 'shop/ci', region: REGION } },
    });
    await applyTeam(REPORTED);
    await applyObjects({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'reports-s3', namespace: REPORTED.namespace },
      stringData: CREDENTIALS,
    });
    run = await succeeds(await pullRequest(2, { 'b c': collection('b', 'pr-2') }), options);
  });

  it('the run says where they are, and that nothing failed', () => {
    expect(resultOf(run, REPORTS_RESULT)).toBe(`${ENDPOINT}/ci-reports/shop/ci/${place(run)}`);
    expect(resultOf(run, FAILURES_RESULT)).toBe('');
  });

  it('they are there, signed', async () => {
    const kept = await objects();
    const path = (name: string): string => `/ci-reports/shop/ci/${place(run)}/${name}`;
    const names = Object.keys(kept).sort();
    expect(names).toContain(path('logs/build-terminal/clone.log'));
    expect(names.filter((one) => !one.startsWith(path('logs/')))).toEqual([
      path('outcome.json'),
      ...(newman ? [path('terminal/postman/junit-b%20c.xml'), path('terminal/postman/summary.json')] : []),
    ]);
    expect(outcomeOf(kept[path('outcome.json')] ?? '').status).toBe('Succeeded');
  });
});

/** As docs/reports.md says it. */
async function copyAsDocumented(from: string, to: string): Promise<void> {
  const pod = example('reports.md', 'reports-reader.yaml')
    .replace('team-local', REPORTED.namespace)
    .replace(/image: \S+/, `image: ${toolImage('kubectl')}`);
  await applyObjects(load(pod) as object);
  await wait('pod', 'reports-reader', REPORTED.namespace, 'condition=Ready', '120s');
  await kubectl(['cp', `${REPORTED.namespace}/reports-reader:/reports/${from}`, to]);
  await kubectl(['delete', 'pod', 'reports-reader', '--namespace', REPORTED.namespace, '--wait=false']);
  if (!existsSync(to)) throw new Error(`${from} is not on the claim`);
}
