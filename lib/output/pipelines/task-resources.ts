import type { App, Stack } from '../../fleet/model';
import { partsOf } from '../../fleet/matrix';
import type { GivenResources } from '../../fleet/resources';
import { filledResources } from '../../fleet/resources';
import type { StepResources, TaskResources } from '../../runs/run/step-resources';
import { ANNOTATIONS } from '../../words/labels';
import type { KindOfTests } from '../../words/names';
import { buildTask, testTask } from '../../words/names';
import { BESIDE_LARGE, LARGE, MEDIUM } from '../tasks/shared/steps';

/**
 * The annotation of a Pipeline whose apps say what their builds and tests request; none where no app does. Tekton has no
 * resources in a Pipeline: whoever composes a run puts them there.
 * https://tekton.dev/docs/pipelines/taskruns/#configuring-task-steps-and-sidecars-in-a-taskrun
 */
export function taskResources(
  { apps }: Stack,
  { builds, tests }: { readonly builds: boolean; readonly tests: readonly KindOfTests[] },
): Readonly<Record<string, string>> {
  const ofTasks: TaskResources = Object.fromEntries(
    apps.flatMap((app) => [...(builds ? ofBuild(app) : []), ...tests.flatMap((kind) => ofTests(app, kind))]),
  );
  return Object.keys(ofTasks).length > 0 ? { [ANNOTATIONS.resources]: JSON.stringify(ofTasks) } : {};
}

type OfTask = readonly [task: string, steps: StepResources];

function ofBuild({ name, build: { tool, resources } }: App): readonly OfTask[] {
  if (resources === undefined) return [];
  const steps =
    tool === undefined
      ? { image: filledResources(resources, LARGE) }
      : { ...ofCompiling(resources), image: besideLarge(resources) };
  return [[buildTask(name), steps]];
}

function ofTests({ name, build, tests }: App, kind: KindOfTests): readonly OfTask[] {
  const matrix = tests.matrix?.[kind];
  const names = matrix === undefined ? [testTask(name, kind)] : partsOf(matrix).map((_, i) => testTask(name, kind, i));
  const of = (steps: StepResources): readonly OfTask[] => names.map((task) => [task, steps] as const);
  if (kind === 'unit')
    return matrix === undefined || build.resources === undefined ? [] : of(ofCompiling(build.resources));
  return tests[kind] === undefined || tests.resources === undefined
    ? []
    : of({ test: filledResources(tests.resources, MEDIUM) });
}

const ofCompiling = (given: GivenResources): StepResources => ({
  compile: filledResources(given, LARGE),
  'unit-test': besideLarge(given),
});

/** What the largest step requests is there for the others as well, which run after it. */
const besideLarge = (given: GivenResources): ReturnType<typeof filledResources> =>
  filledResources({ limits: filledResources(given, LARGE).limits }, BESIDE_LARGE);
