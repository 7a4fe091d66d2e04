import { HOOKS } from '../../fleet/stack';
import {
  KINDS_OF_TESTS,
  bumpTask,
  deployTask,
  findImageTask,
  isTestTask,
  previewTask,
  buildTask,
  pushTask,
  tagTask,
  verifyImageTask,
} from '../../words/names';

/** What tasks of one kind have in common, whatever app they are of: how long they take. */

/** Seconds of a pod. */
export interface Time {
  /** Until its first step runs, and from the end of its last step until Tekton has noticed. */
  readonly pod: number;
  readonly steps: number;
}

/** Tasks of each app by their kind. */
const OF_APP: Readonly<Record<string, (app: string) => string>> = {
  build: buildTask,
  push: pushTask,
  deploy: deployTask,
  preview: previewTask,
  'find-image': findImageTask,
  'verify-image': verifyImageTask,
  tag: tagTask,
  bump: bumpTask,
};

/**
 * The kind of a task: `build` of `build-cart`, `test-postman` of `test-cart-postman-p2`, `post-build` of a hook. A task that
 * a run has once is a kind by itself.
 */
export function kindOf(task: string): string {
  if (isTestTask(task)) {
    const tests = KINDS_OF_TESTS.find((kind) => task.replace(/-p[0-9]+$/, '').endsWith(`-${kind}`));
    if (tests !== undefined) return `test-${tests}`;
  }
  const ofApp = Object.entries(OF_APP).find(([, name]) => task.startsWith(name('')))?.[0];
  return ofApp ?? HOOKS.find((hook) => task === hook || task.startsWith(`${hook}-`)) ?? task;
}

const TESTS: Time = { pod: 8, steps: 30 };
const HOOK: Time = { pod: 8, steps: 10 };
/** Of a task of which nothing else is known. */
const OTHER: Time = { pod: 8, steps: 10 };

/**
 * Medians of the runs of docs/simulate.md. Tests, hooks, `verify-image`, `promote` and `verify` were not among them: what is
 * said of these is a guess.
 */
const TIMES: Readonly<Record<string, Time>> = {
  build: { pod: 11, steps: 27 },
  push: { pod: 8, steps: 4 },
  deploy: { pod: 6, steps: 4 },
  preview: { pod: 7, steps: 7 },
  'find-image': { pod: 9, steps: 3 },
  'verify-image': { pod: 8, steps: 3 },
  tag: { pod: 6, steps: 1 },
  bump: { pod: 9, steps: 8 },
  smoke: { pod: 5, steps: 1 },
  'release-version': { pod: 9, steps: 2 },
  'validate-session': { pod: 7, steps: 5 },
  verdict: { pod: 7, steps: 1 },
  'publish-outcome': { pod: 7, steps: 10 },
  'close-previews': { pod: 8, steps: 2 },
  promote: { pod: 8, steps: 10 },
  verify: { pod: 8, steps: 60 },
  ...Object.fromEntries(KINDS_OF_TESTS.map((kind) => [`test-${kind}`, TESTS])),
  ...Object.fromEntries(HOOKS.map((hook) => [hook, HOOK])),
};

/** Every kind of the tasks that Pipelines have by themselves. */
export const KINDS: readonly string[] = Object.keys(TIMES);

export const defaultTime = (kind: string): Time => new Map(Object.entries(TIMES)).get(kind) ?? OTHER;
