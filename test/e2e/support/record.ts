import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from './kubectl';
import { list } from './kubectl';
import type { Outcome } from './run';
import { suite } from './suite';
import type { RunTimes } from './times';

/** Times of the suite's runs, and other figures, from the test files that saw them to the suite's end: `record`, `figure`, `recorded`, `figures`. */

type Pod = KubeObject<
  unknown,
  { readonly conditions?: readonly { readonly type: string; readonly lastTransitionTime: string }[] }
>;

const file = (): string => join(suite().work, 'times.jsonl');
const figuresFile = (): string => join(suite().work, 'figures.jsonl');

/** Keeps where the time of a run went that is over. */
export async function record({ name, run, tasks, namespace }: Outcome): Promise<void> {
  const pods = await list<Pod>('pods', namespace, `tekton.dev/pipelineRun=${name}`);
  const scheduled = new Map(
    pods.map(({ metadata, status }) => [
      metadata.name,
      status?.conditions?.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime,
    ]),
  );
  const times: RunTimes = {
    run: name,
    created: run.metadata.creationTimestamp,
    started: run.status?.startTime ?? run.metadata.creationTimestamp,
    ended: run.status?.completionTime ?? '',
    tasks: [...tasks].flatMap(([task, of]) => {
      const { podName = '', completionTime: ended, steps = [] } = of.status ?? {};
      // a pod that is gone, or never was, took a time that nobody knows
      const placed = scheduled.get(podName);
      if (ended === undefined || placed === undefined) return [];
      const done = steps.flatMap(({ name: step, terminated, terminationReason }) =>
        terminated === undefined || terminationReason === 'Skipped'
          ? []
          : [{ name: step, started: terminated.startedAt, ended: terminated.finishedAt }],
      );
      return [{ name: task, created: of.metadata.creationTimestamp, scheduled: placed, ended, steps: done }];
    }),
  };
  appendFileSync(file(), `${JSON.stringify(times)}\n`);
}

/** Keeps what was measured, to be told at the end. No test fails by it: it depends on what else the machine does. */
export const figure = (what: string, value: string): void =>
  appendFileSync(figuresFile(), `${JSON.stringify(`${what}: ${value}`)}\n`);

/** What was recorded since it was last asked for. */
export const recorded = (): readonly RunTimes[] => take<RunTimes>(file());
export const figures = (): readonly string[] => take<string>(figuresFile());

function take<Line>(from: string): readonly Line[] {
  if (!existsSync(from)) return [];
  const lines = readFileSync(from, 'utf8').trim().split('\n');
  rmSync(from);
  return lines.map((line) => JSON.parse(line) as Line);
}
