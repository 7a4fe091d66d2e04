import type { Workshop } from './run-script';

/** TaskRuns of a run as the API server has them, and a kubectl that lists them. */

export interface TaskRun {
  readonly task: string;
  /** Reason of its condition; of one that runs, none. */
  readonly failed?: string;
  readonly running?: true;
  /** What Tekton says of its end. */
  readonly message?: string;
  readonly results?: Readonly<Record<string, string>>;
  /** What its step gave that read the reports of tests. */
  readonly tests?: string;
  /** Why it failed, by the step that did. */
  readonly said?: string;
  /** What its step `work` wrote, if its pod is still there. */
  readonly log?: string;
  /** Of a matrix. */
  readonly combination?: string;
}

export const RUN_NAME = 'pr-4-x7';
const NAMESPACE = 'ci-shop';
/** What Tekton sets of every step. */
export const TASK_RUNS = { RUN_NAME, NAMESPACE, FAILURE_RESULT: 'MESSAGE' };

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace('.000', '');

/** Begun in the order in which they are given, listed by name, as the API server lists them. */
export function listTaskRuns(shop: Workshop, taskRuns: readonly TaskRun[]): void {
  const items = taskRuns.map(({ task, failed, running, message = '', results = {}, tests, said, combination }, i) => ({
    metadata: {
      name: `${RUN_NAME}-${task}${combination === undefined ? '' : `-${i}`}`,
      labels: { 'tekton.dev/pipelineTask': task, 'tekton.dev/pipelineRun': RUN_NAME },
    },
    ...(combination !== undefined && { spec: { params: [{ name: 'combination', value: combination }] } }),
    status: {
      conditions: [
        {
          type: 'Succeeded',
          status: running ? 'Unknown' : failed === undefined ? 'True' : 'False',
          reason: running ? 'Running' : (failed ?? 'Succeeded'),
          message,
        },
      ],
      steps: [
        {
          name: 'clone',
          container: 'step-clone',
          terminated: { exitCode: 0, startedAt: at(i), finishedAt: at(i + 1) },
          results: [{ name: 'MESSAGE', type: 'string', value: 'none' }],
        },
        ...(tests === undefined
          ? []
          : [
              {
                name: 'summarize',
                terminated: { exitCode: 0 },
                results: [{ name: 'TESTS', type: 'string', value: tests }],
              },
            ]),
        // goes on whatever it ends with, as tests do until their report is read
        {
          name: 'tests',
          container: 'step-tests',
          terminated: { exitCode: 1, startedAt: at(i + 1), finishedAt: at(i + 1) },
          terminationReason: 'Continued',
          ...(said !== undefined && { results: [{ name: 'MESSAGE', type: 'string', value: 'it went on after this' }] }),
        },
        {
          name: 'work',
          container: 'step-work',
          ...(running
            ? { running: { startedAt: at(i + 1) } }
            : { terminated: { exitCode: failed === undefined ? 0 : 1, startedAt: at(i + 1), finishedAt: at(i + 10) } }),
          terminationReason: running ? undefined : failed === undefined ? 'Completed' : 'Error',
          ...(said !== undefined && { results: [{ name: 'MESSAGE', type: 'string', value: said }] }),
        },
        ...(failed === undefined ? [] : [{ name: 'after', terminated: { exitCode: 1 }, terminationReason: 'Skipped' }]),
      ],
      podName: podOf(task, i),
      startTime: at(i),
      ...(!running && { completionTime: at(i + 10) }),
      ...(Object.keys(results).length > 0 && {
        results: Object.entries(results).map(([name, value]) => ({ name, type: 'string', value })),
      }),
    },
  }));
  shop.file(
    'taskruns.json',
    JSON.stringify({ kind: 'List', items: items.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name)) }),
  );
  taskRuns.forEach(({ task, log }, i) => {
    if (log !== undefined) shop.file(`logs/${podOf(task, i)}/step-work`, log);
    if (log !== undefined)
      for (const step of ['clone', 'tests']) shop.file(`logs/${podOf(task, i)}/step-${step}`, `${step}\n`);
  });
  shop.program(
    'kubectl',
    `#!/bin/sh
raw=/api/v1/namespaces/${NAMESPACE}/pods/
case "$*" in
  'get taskruns -n ${NAMESPACE} -l tekton.dev/pipelineRun=${RUN_NAME} -o json') cat "${shop.path('taskruns.json')}" ;;
  "get --raw $raw"*/log\\?container=*)
    pod=\${3#"$raw"}
    cat "${shop.path('logs')}/\${pod%%/*}/\${pod#*=}" 2>/dev/null || { printf 'Error from server (NotFound): pods "%s" not found\\n' "\${pod%%/*}" >&2; exit 1; } ;;
  *) echo "asked: $*" >&2; exit 1 ;;
esac
`,
  );
}

/** Of two combinations of a matrix the names differ. */
const podOf = (task: string, index: number): string => `${RUN_NAME}-${task.replace(' ', '-')}-${index}-pod`;
