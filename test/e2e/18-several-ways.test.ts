import { readRunTests } from '../../lib/runs/report/told';
import { FAILURES_RESULT, RUN_TESTS_RESULT } from '../../lib/words/results';
import { commit, publish } from './support/git';
import { UNIT_TESTS, greeter } from './support/greeter';
import { bringUpWithOrchestrator } from './support/orchestrator';
import type { Outcome } from './support/run';
import { fails, succeeds } from './support/run';
import { has } from './support/suite';
import type { TestTeam } from './support/team';
import { APP_RESOURCES, writeTeam } from './support/team';

/** Story 18: tests of a pull request run in several ways, of which one fails. */

const WAYS: TestTeam = { name: 'ways', namespace: 'team-ways', environment: 'ways-staging' };
const STACK = 'ways';
const APP = 'ways-greeter';
const options = { team: WAYS, stack: STACK };
const playwright = has('playwright');

const shown = (title: string): string => `
import { expect, test } from '@playwright/test';
test('${title}', async ({ request }) => {
  expect(await (await request.get('/')).json()).toEqual({ says: 'hello' });
});
`;
const { test, files } = greeter(APP);

const resultOf = ({ run }: Outcome, name: string): string | undefined =>
  run.status?.results?.find((each) => each.name === name)?.value;
const told = (run: Outcome) => readRunTests(resultOf(run, RUN_TESTS_RESULT));

/** A pull request with these edits. */
async function change(number: number, edits: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const revision = await commit(APP, `change-${number}`, edits);
  return ['pr-test', '--app', APP, '--pr', String(number), '--revision', revision];
}

beforeAll(async () => {
  await publish(APP, undefined, {
    ...files,
    'tests/browser/package.json': JSON.stringify({ private: true, devDependencies: { '@playwright/test': '*' } }),
    'tests/browser/first.spec.ts': shown('first'),
    'tests/browser/second.spec.ts': shown('second'),
  });
  const tests = {
    unit: UNIT_TESTS,
    matrix: {
      unit: {
        'node-version': ['20', '22'],
        PLACE: ['here', 'there'],
        exclude: [{ 'node-version': '20', PLACE: 'there' }],
      },
    },
    ...(playwright && { playwright: 'tests/browser', shards: { playwright: 2 } }),
    // the last combination is a task of its own
    'max-parallel': 2,
  };
  const app = {
    ...{ name: APP, repo: `e2e/${APP}`, 'propagation-role': 'terminal', 'container-port': 8080, probe: { path: '/' } },
    ...{ build: { tool: 'npm' }, tests, resources: APP_RESOURCES },
  };
  // what reads reports is a program of its image; nobody asks it for runs here
  await bringUpWithOrchestrator(
    WAYS,
    (orchestrator) => writeTeam(WAYS, { [STACK]: { apps: [app] } }, { orchestrator }),
    {
      enabled: false,
    },
  );
  await succeeds(['bootstrap'], options);
});

it('all of them pass, and are counted together', async () => {
  const run = await succeeds(await change(1, { 'note.txt': 'nothing changes' }), options);
  // each combination runs the unit test, and each shard half of the browser tests
  expect(told(run)).toMatchObject({ passed: playwright ? 5 : 3, failed: 0, errors: 0 });
});

it('one that fails is named, and no other', async () => {
  const only = `${test}test('it is here', () => assert.strictEqual(process.env.PLACE === 'there' && process.env.COMBINATION.includes('22'), false));\n`;
  const run = await fails(await change(2, { 'server.test.js': only }), options);
  expect(told(run)).toMatchObject({
    ...{ failed: 1, errors: 0 },
    failures: [expect.stringMatching(/node-22-place-there.*it is here/)],
  });
  const failures = resultOf(run, FAILURES_RESULT);
  expect(failures).toMatch(/node-22-place-there: .*it is here/);
  expect(failures).not.toContain('node-20');
});
