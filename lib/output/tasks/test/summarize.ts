import { TESTS_RESULT } from '../../../words/results';
import type { Resources, Step } from '../../../tekton/task';
import type { StepEnv } from '../../../tekton/step';
import type { Images } from '../shared/images';
import { OWN_TOOLS } from '../shared/platform';
import { script } from '../shared/script';
import { OWN_HOME, SMALL, SOURCE } from '../shared/steps';

/** Where tests leave their reports, in every pod that runs some. */
export const REPORT = '/workspace/report';

/** What a file takes to be read that was made to take much: summarize.sh lets it have no more. */
const READING: Resources = { requests: SMALL.requests, limits: { cpu: SMALL.limits.cpu, memory: '1Gi' } };

/**
 * The step that reads the reports of tests and writes `summary.json` beside them. It runs in the pod of foreign code, so nothing
 * is mounted there that this code might have it read.
 * @throws SynthError[unknown-image] if the image table of the team has no image with our program
 */
export const summarizeStep = (images: Images, env: StepEnv): Step => ({
  name: 'summarize',
  image: images('tools'),
  script: script('test/summarize.sh'),
  env: { ...OWN_HOME, OWN_TOOLS, SOURCE, REPORT, ...env },
  results: [TESTS_RESULT],
  resources: READING,
});
