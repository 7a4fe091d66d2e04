import type { App } from '../../fleet/model';
import type { Combination, Matrix } from '../../fleet/matrix';
import { partsOf } from '../../fleet/matrix';
import { imageKey } from '../../fleet/toolchains';
import type { KindOfTests } from '../../words/names';
import { testTask } from '../../words/names';
import type { ParamDeclarations } from '../../tekton/param';
import type { Pipeline, PipelineTask } from '../../tekton/pipeline';
import type { Guard } from '../../tekton/task';
import type { StringValue } from '../../tekton/value';
import { compileParams, unitReports } from '../tasks/build/build-interface';
import { toolchainOf } from '../tasks/build/toolchain';
import { testUnit } from '../tasks/build/test-unit';
import { matrixParams } from '../tasks/shared/matrix';
import type { PipelineContext } from './context';
import { TIMEOUTS, timeoutOf } from './context';

/**
 * Adds the tasks of a matrix: one for all combinations that run at once and on the same nodes. More than may run at once
 * wait for the whole of those before.
 * @param add adds one task by its name, with its combinations and what it runs after
 */
export function addMatrix(
  app: App,
  kind: KindOfTests,
  matrix: Matrix,
  after: readonly PipelineTask[],
  add: (name: string, combinations: readonly Combination[], after: readonly PipelineTask[]) => PipelineTask,
): readonly PipelineTask[] {
  const waves: PipelineTask[][] = [];
  partsOf(matrix).forEach(({ combinations, wave }, index) => {
    const task = add(testTask(app.name, kind, index), combinations, waves[wave - 1] ?? after);
    (waves[wave] ??= []).push(task);
  });
  return waves.flat();
}

/** What differs between the Pipelines that run unit tests beside builds. */
export interface UnitTestChoices {
  readonly when: readonly Guard[];
  readonly after: readonly PipelineTask[];
  readonly revision: StringValue;
  readonly appRevision: StringValue;
  readonly scope: StringValue;
  /** Whether the run goes on where they fail, and their reports are kept. */
  readonly isReported: boolean;
}

/** The unit tests of an app in every combination of its matrix; none where it has no matrix. */
export function addUnitTests(
  { tasks }: PipelineContext,
  pipeline: Pipeline<ParamDeclarations>,
  app: App,
  choices: UnitTestChoices,
): readonly PipelineTask[] {
  const { tool, version } = app.build;
  const matrix = app.tests.matrix?.unit;
  if (tool === undefined || matrix === undefined) return [];
  const { images, team } = tasks.context;
  const toolchain = toolchainOf(team, tool);
  const reports = choices.isReported ? unitReports(team, app) : [];
  return addMatrix(app, 'unit', matrix, choices.after, (name, combinations, after) =>
    pipeline.fanOut(name, tasks.use(testUnit, tool), {
      when: choices.when,
      after,
      ...(choices.isReported && { onError: 'continue' as const }),
      timeout: timeoutOf(app.build.timeoutMinutes, TIMEOUTS.build),
      combinations: combinations.map((one) => ({
        name: one.name,
        params: { ...matrixParams(one), toolchain: images(imageKey(toolchain, one.version ?? version)) },
      })),
      params: {
        ...compileParams(app, tasks.context),
        revision: choices.revision,
        'app-revision': choices.appRevision,
        scope: choices.scope,
        'unit-reports': reports.length > 0 ? reports.join('\n') : undefined,
      },
    }),
  );
}
