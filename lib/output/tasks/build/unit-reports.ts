import { TESTS_RESULT } from '../../../words/results';
import type { Step } from '../../../tekton/task';
import { notIn } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';
import type { TaskContext } from '../shared/context';
import { keepSteps } from '../shared/reports';
import { script } from '../shared/script';
import { OWN_HOME, SMALL } from '../shared/steps';
import { REPORT, summarizeStep } from '../test/summarize';
import type { CompileRefs } from './build-interface';
import { OUTCOME } from './compile-steps';

const KIND = 'unit';

/**
 * The steps before and after unit tests that keep what they report: those of `run-tests-<kind>`. They find it in the checkout,
 * and in the folder that the tests are told as `REPORT`. Files are kept in a bucket alone: a build has the claim of the cache, and
 * a second claim may be on a volume that no node reaches together with it. The step that keeps it has no result but why it failed: so many steps
 * share what a pod may say that there is no room.
 * @param place below the folder of the app
 */
export function unitReportSteps(
  { team, images }: TaskContext,
  { params, stepResult }: CompileRefs,
  { when, place = KIND }: { readonly when?: Step['when']; readonly place?: StringValue },
): readonly [readonly Step[], readonly Step[]] {
  const about = { APP: params.app, KIND };
  const kept = { APP: params.app, KIND: place };
  const read: Step = {
    ...summarizeStep(images, { ...about, CONTEXT_DIR: params['context-dir'], COLLECT: params['unit-reports'] }),
    when,
  };
  const tell: Step = {
    name: 'save-report',
    image: images('kubectl'),
    script: script('test/save-report.sh'),
    env: {
      ...OWN_HOME,
      OUTCOME: stepResult('unit-test', OUTCOME),
      TESTS: stepResult('summarize', TESTS_RESULT),
      REPORT,
      KEEP: '',
      ...kept,
    },
    resources: SMALL,
    when,
  };
  if (team.storage.reports.s3 === undefined) return [[], [read, tell]];
  const [before, keep] = keepSteps(
    team,
    { image: images('tools'), env: kept, when: [...(when ?? []), notIn(params['unit-reports'], [''])] },
    { ...tell, env: { ...tell.env, KEEP: params['unit-reports'] } },
  );
  return [before, [read, keep]];
}
