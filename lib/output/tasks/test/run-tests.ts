import type { Construct } from 'constructs';
import type { TestKind } from '../../../words/names';
import { DEFAULTS } from '../../../fleet/stack';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import { CLONE_PARAMS, cloneStep, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
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

/**
 * Renders Task `run-tests-<kind>`: it runs the tests of one kind from an app's repository against the environment.
 * Every request carries the session. What they report is read into `summary.json` by a step that has nothing mounted. The
 * volume that keeps reports is mounted into our own last step; the credential of a bucket into our own first, which signs
 * what the last one may put there.
 *
 * Params: the app, its repository and revision, the path of the tests, the URL of the app, and the session as the
 * stack propagates it. Results: `OUTCOME` (passed or failed) and `REPORT`, where the report is.
 * The TaskRun fails if a test failed, once the report is kept.
 */
export const runTests = (scope: Construct, { team, images }: TaskContext, kind: TestKind) =>
  new Task(scope, `run-tests-${kind}`, {
    description: `Runs the ${kind} tests of an app`,
    params: {
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
    },
    results: {
      OUTCOME: Result.string('passed or failed'),
      REPORT: Result.string('Where the report is: pvc://<claim>/<path>, or its URL'),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [...gitSecrets(team, 'read'), reportsVolume(team)],
    steps: ({ params, stepResult }) => {
      const about = { APP: params.app, KIND: kind };
      const [before, saveReport] = keepSteps(
        team,
        { image: images(RUNNERS[kind]), env: about },
        {
          name: 'save-report',
          image: images('kubectl'),
          script: script('test/save-report.sh'),
          env: {
            ...OWN_HOME,
            OUTCOME: stepResult('test', 'outcome'),
            TESTS: stepResult('summarize', TESTS_RESULT),
            REPORT,
            ...about,
          },
          results: ['OUTCOME', 'REPORT'],
          resources: SMALL,
        },
      );
      return [
        ...before,
        cloneStep(team, images, {
          url: params.url,
          revision: params.revision,
          appRevision: params['app-revision'],
          contextDir: params['context-dir'],
          extent: params,
          scope: params.scope,
        }),
        {
          name: 'test',
          image: images(RUNNERS[kind]),
          script: script(`test/run-tests-${kind}.sh`),
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
          },
          results: ['outcome'],
          resources: MEDIUM,
        },
        summarizeStep(images, { ...about, CONTEXT_DIR: params['context-dir'] }),
        saveReport,
      ];
    },
  });
