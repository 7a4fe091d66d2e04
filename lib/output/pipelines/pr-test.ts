import type { Construct } from 'constructs';
import type { App } from '../../fleet/model';
import {
  CLOSE_PREVIEWS,
  TEST_KINDS,
  VERDICT_TASK,
  appsConfigMap,
  hookTask,
  imagePath,
  previewTask,
  testTask,
} from '../../words/names';
import { callOrder, entryApps, propagationPaths } from '../../fleet/stack-graph';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import { isIn, notIn } from '../../tekton/task';
import { pipelineContext, text } from '../../tekton/value';
import { addBuilds } from './builds';
import { backendOf } from '../backends/backends';
import type { PipelineContext } from './context';
import { TIMEOUTS, appUrl, entryOf, stackPipeline, timeoutOf } from './context';
import { addFinalHooks, addHooks } from './hooks';
import { addMatrix, addUnitTests } from './matrices';
import type { BuiltApp } from './own-tasks';
import { forOwnTasks } from './own-tasks';
import { prTestParams } from '../../runs/run/params';
import { FAILURES_RESULT, REPORTS_RESULT, RUN_TESTS_RESULT } from '../../words/results';
import { cloneParams } from '../tasks/shared/clone';
import { closePreviews } from '../tasks/preview/close-previews';
import { previewApp } from '../tasks/preview/preview-app';
import { publishOutcome } from '../tasks/test/publish-outcome';
import { matrixParams } from '../tasks/shared/matrix';
import { runTests, runTestsInMatrix } from '../tasks/test/run-tests';
import { validateSession } from '../tasks/test/validate-session';
import { verdict } from '../tasks/test/verdict';

/**
 * Builds the changed apps of a pull request, opens a preview of each beside the stable pods, checks that the session
 * reaches them and nothing else does, runs the tests of whatever may notice, and says whether it passed. The previews
 * are closed whatever happened: by the orchestrator of the team once the run is over, so that closing takes no slot, or
 * by the run itself where the team has none.
 */
export function prTest(scope: Construct, context: PipelineContext): void {
  const { stack, tasks } = context;
  const names = stack.apps.map((app) => app.name);
  const pipeline = stackPipeline(
    scope,
    context,
    'pr-test',
    'Tests a pull request',
    prTestParams(stack, propagationPaths(stack.apps, names)),
  );
  const { params } = pipeline;
  const changed = (app: App) => [isIn(app.name, params['changed-apps'])];
  const facts = {
    revision: params.revision,
    session: params.session,
    'changed-apps': params['changed-apps'],
    scope: params.scope,
  };
  const propagation = {
    session: params.session,
    header: stack.propagation.headerName,
    'baggage-key': stack.propagation.baggageKey,
  };
  const apps = callOrder(stack.apps);

  const prepared = addHooks(context, pipeline, 'pre-build', facts);
  const built = addBuilds(context, pipeline, apps, {
    when: changed,
    revision: params.revision,
    appRevision: (app) => params['app-revisions'].key(app.name),
    scope: params.scope,
    image: (app) => text`${stack.registry.push}/${params.scope}/${app.name}`,
    releaseImage: (app) => imagePath(stack.registry.push, 'release', app.name),
    forceRebuild: params['force-rebuild'],
    keepsReports: true,
    after: prepared,
  });
  const unitTested = apps.flatMap((app) =>
    addUnitTests(context, pipeline, app, {
      when: changed(app),
      after: prepared,
      revision: params.revision,
      appRevision: params['app-revisions'].key(app.name),
      scope: params.scope,
      isReported: true,
    }),
  );

  const opened: PipelineTask[] = [];
  const own: BuiltApp[] = [];
  for (const app of apps) {
    const { IMAGE_DIGEST: digest, COMMIT: commit } = entryOf(built, app).results;
    const image = text`${stack.registry.pull}/${params.scope}/${app.name}@${digest}`;
    const when = [...changed(app), notIn(params.scope, ['fork'])];
    own.push({
      name: app.name,
      repo: app.repo,
      url: app.cloneUrl,
      contextDir: app.contextDir,
      image,
      commit,
      when,
      whenAlsoOfForks: changed(app),
    });
    const scanned = addHooks(context, pipeline, 'post-build', facts, {
      built: { app, image, commit, when: changed(app) },
    });
    opened.push(
      app.protocol === 'tcp'
        ? entryOf(built, app)
        : pipeline.task(previewTask(app.name), tasks.use(previewApp), {
            when: changed(app),
            after: scanned,
            account: 'preview',
            timeout: TIMEOUTS.preview,
            params: {
              app: app.name,
              namespace: stack.environment,
              apps: appsConfigMap(stack.name),
              image,
              commit,
              'run-uid': pipelineContext.runUid,
              'service-port': String(app.servicePort),
              'container-port': String(app.containerPort),
              ...propagation,
            },
          }),
    );
  }

  context.addToPrTest?.({
    team: context.team.name,
    stack: stack.name,
    pipeline: forOwnTasks(pipeline, params.scope, laterTasks(context)),
    tasks: tasks.own,
    scope: params.scope,
    apps: own,
  });

  const tested = addTests(
    context,
    pipeline,
    addHooks(context, pipeline, 'pre-test', facts, { after: addValidation(context, pipeline, opened) }),
  );
  pipeline.task(VERDICT_TASK, tasks.use(verdict), {
    after: [...tested, ...unitTested],
    account: 'preview',
    timeout: TIMEOUTS.short,
  });

  const close = tasks.use(closePreviews);
  if (!context.team.orchestrator.enabled)
    pipeline.finally(CLOSE_PREVIEWS, close, {
      account: 'preview',
      timeout: TIMEOUTS.preview,
      params: { namespace: stack.environment, 'run-uid': pipelineContext.runUid },
    });
  const { REPORTS, FAILURES, TESTS } = pipeline.finally(PUBLISH_TASK, tasks.use(publishOutcome), {
    account: 'preview',
    timeout: TIMEOUTS.short,
    params: { status: pipeline.status },
  });
  pipeline.result(REPORTS_RESULT, REPORTS, 'Where the reports of the run are');
  pipeline.result(FAILURES_RESULT, FAILURES, 'Which tasks failed, and why');
  pipeline.result(RUN_TESTS_RESULT, TESTS, 'How many test cases passed and failed, and which');
  addFinalHooks(context, pipeline, 'post-test', facts);
}

const VALIDATE_TASK = 'validate-session';
const PUBLISH_TASK = 'publish-outcome';

/** Names of the tasks that come after those of code of a repository; those of tests are told by their beginning. */
const laterTasks = ({ stack: { hooks } }: PipelineContext): readonly string[] => [
  VALIDATE_TASK,
  VERDICT_TASK,
  CLOSE_PREVIEWS,
  PUBLISH_TASK,
  ...(['pre-test', 'post-test'] as const).flatMap((hook) => hooks[hook].map((_, index) => hookTask(hook, index))),
];

type PrTest = Pipeline<ReturnType<typeof prTestParams>>;

/** Does the session reach the previews, and does nothing else? Only our own router keeps the log that answers this. */
function addValidation(
  context: PipelineContext,
  pipeline: PrTest,
  after: readonly PipelineTask[],
): readonly PipelineTask[] {
  const { team, stack, tasks } = context;
  if (!backendOf(team).logsRequests) return after;
  return [
    pipeline.task(VALIDATE_TASK, tasks.use(validateSession), {
      account: 'preview',
      timeout: TIMEOUTS.validate,
      after,
      params: {
        namespace: stack.environment,
        session: pipeline.params.session,
        header: stack.propagation.headerName,
        'baggage-key': stack.propagation.baggageKey,
        'changed-apps': pipeline.params['changed-apps'],
        paths: pipeline.params.paths,
        entries: entryApps(stack.apps).map((app) => `${app.name}=${appUrl(context, app)}`),
      },
    }),
  ];
}

/** The tests of every app that may notice; one that fails lets the others run, and the verdict names it. */
function addTests(context: PipelineContext, pipeline: PrTest, after: readonly PipelineTask[]): readonly PipelineTask[] {
  const { stack, tasks } = context;
  const { params } = pipeline;
  const tested = stack.apps.flatMap((app) =>
    TEST_KINDS.flatMap((kind) => {
      const path = app.tests[kind];
      if (path === undefined) return [];
      const options = {
        when: [isIn(app.name, params['test-apps'])],
        onError: 'continue',
        timeout: timeoutOf(app.tests.timeoutMinutes, TIMEOUTS.test),
        params: {
          app: app.name,
          url: app.cloneUrl,
          'app-revision': params['app-revisions'].key(app.name),
          'context-dir': app.contextDir,
          ...cloneParams(app),
          ...(app.clone?.submodules === true && { scope: params.scope }),
          path,
          'base-url': appUrl(context, app),
          session: params.session,
          header: stack.propagation.headerName,
          'baggage-key': stack.propagation.baggageKey,
        },
      } as const;
      const matrix = app.tests.matrix?.[kind];
      if (matrix === undefined)
        return pipeline.task(testTask(app.name, kind), tasks.use(runTests, kind), { ...options, after });
      return addMatrix(app, kind, matrix, after, (name, combinations, before) =>
        pipeline.fanOut(name, tasks.use(runTestsInMatrix, kind), {
          ...options,
          after: before,
          combinations: combinations.map((one) => ({ name: one.name, params: matrixParams(one) })),
        }),
      );
    }),
  );
  return tested.length > 0 ? tested : after;
}
