import type { Construct } from 'constructs';
import type { TestKind } from '../../../words/names';
import { DEFAULTS } from '../../../fleet/stack';
import { withPrelude } from '../../../tekton/every-step';
import type { ParamRefs } from '../../../tekton/param';
import { Param } from '../../../tekton/param';
import type { Step, TaskRefs } from '../../../tekton/task';
import { Result, Task } from '../../../tekton/task';
import { text } from '../../../tekton/value';
import { CLONE_PARAMS, cloneOf, cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { MATRIX_PARAMS } from '../shared/matrix';
import { PROPAGATION } from '../shared/propagation';
import { keepSteps, reportsVolume } from '../shared/reports';
import { script } from '../shared/script';
import { HOME, MEDIUM, OWN_HOME, RESTRICTED, SMALL, SOURCE } from '../shared/steps';
import { TESTS_RESULT } from '../../../words/results';
import { REPORT, summarizeStep } from './summarize';

/** Keys of the image table. */
const RUNNERS: Readonly<Record<TestKind, string>> = {
  postman: 'newman',
  playwright: 'playwright',
  artillery: 'artillery',
};

const PARAMS = {
  app: Param.string(),
  url: Param.string(),
  revision: Param.string({ default: '' }),
  'app-revision': Param.string({ default: '' }),
  'context-dir': Param.string({ default: DEFAULTS.contextDir }),
  ...CLONE_PARAMS,
  scope: Param.string({ default: 'fork', description: 'pr, or fork for a revision that is not trusted' }),
  path: Param.string({ description: 'File or folder of the tests, below context-dir' }),
  'base-url': Param.string({ description: 'Where the app answers' }),
  ...PROPAGATION,
};

/**
 * Renders Task `run-tests-<kind>`: it runs the tests of one kind from an app's repository against the environment.
 * Every request carries the session. A step that has nothing mounted reads the reports into `summary.json`. The
 * volume that keeps reports is mounted into our own last step; the credential of a bucket into our own first, which signs
 * what the last one may put there.
 *
 * Params: the app, its repository and revision, the path of the tests, the URL of the app, and the session as the
 * stack propagates it. Results: `OUTCOME` (passed or failed) and `REPORT`, where the report is.
 * The TaskRun fails if a test failed, once the report is kept.
 */
export const runTests = (scope: Construct, context: TaskContext, kind: TestKind) =>
  new Task(scope, `run-tests-${kind}`, {
    description: `Runs the ${kind} tests of an app`,
    params: PARAMS,
    ...inCommon(context),
    steps: (refs) => testSteps(context, kind, refs),
  });

/**
 * Renders Task `run-tests-<kind>-matrix`: the same in one combination of a matrix, which the tests find in their environment.
 * Its report is kept below the name of the combination.
 */
export const runTestsInMatrix = (scope: Construct, context: TaskContext, kind: TestKind) =>
  new Task(scope, `run-tests-${kind}-matrix`, {
    description: `Runs the ${kind} tests of an app in one combination of a matrix`,
    params: { ...PARAMS, ...MATRIX_PARAMS },
    ...inCommon(context),
    steps: (refs) => testSteps(context, kind, refs, refs.params),
  });

const inCommon = ({ team }: TaskContext) => ({
  results: {
    OUTCOME: Result.string('passed or failed'),
    REPORT: Result.string('Where the report is: pvc://<claim>/<path>, or its URL'),
  },
  securityContext: RESTRICTED,
  env: { ...HOME },
  volumes: () => [...gitSecrets(team, 'read'), reportsVolume(team)],
});

/** What stands before the script of a kind, where it has more to do for a matrix than to set variables. */
const PRELUDES: Readonly<Partial<Record<TestKind, string>>> = {
  postman: 'shell/matrix-postman.sh',
  playwright: 'shell/matrix-playwright.sh',
};

function testSteps(
  { team, images }: TaskContext,
  kind: TestKind,
  { params, stepResult }: TaskRefs<typeof PARAMS, Record<never, never>>,
  matrix?: ParamRefs<typeof MATRIX_PARAMS>,
): readonly Step[] {
  const about = { APP: params.app, KIND: kind };
  // what keeps the report takes no more of the kind than the folder that is called so
  const kept = matrix === undefined ? about : { ...about, KIND: text`${kind}/${matrix.combination}` };
  const [before, saveReport] = keepSteps(
    team,
    { image: images(RUNNERS[kind]), env: kept },
    {
      name: 'save-report',
      image: images('kubectl'),
      script: script('test/save-report.sh'),
      env: {
        ...OWN_HOME,
        OUTCOME: stepResult('test', 'outcome'),
        TESTS: stepResult('summarize', TESTS_RESULT),
        REPORT,
        ...kept,
      },
      results: ['OUTCOME', 'REPORT'],
      resources: SMALL,
    },
  );
  return [
    ...before,
    cloneStep(team, images, cloneOf(params)),
    {
      name: 'test',
      image: images(RUNNERS[kind]),
      script: withPrelude(script(`test/run-tests-${kind}.sh`), matrix && script(PRELUDES[kind] ?? 'shell/matrix.sh')),
      env: {
        APP: params.app,
        SOURCE,
        CONTEXT_DIR: params['context-dir'],
        TEST_PATH: params.path,
        BASE_URL: params['base-url'],
        SESSION: params.session,
        HEADER: params.header,
        BAGGAGE_KEY: params['baggage-key'],
        REPORT,
        MATRIX: matrix?.matrix,
      },
      results: ['outcome'],
      resources: MEDIUM,
    },
    summarizeStep(images, { ...about, CONTEXT_DIR: params['context-dir'] }),
    saveReport,
  ];
}
