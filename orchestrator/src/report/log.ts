import { stripVTControlCharacters } from 'node:util';
import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import { FAILURES_SHOWN } from './outcome';
import type { Task } from './task';

const LINES = 20;
/** Of those lines: what a step writes may have no end. */
const BYTES = 65_536;

/** The tasks with the last lines of the steps that failed. A log that is not to be had, as its pod is gone, is left out. */
export async function withLogs(
  api: Pick<KubeApi, 'log'>,
  namespace: string,
  tasks: readonly Task[],
): Promise<readonly Task[]> {
  const shown = tasks.filter(({ state, step }) => state === 'failed' && step !== undefined).slice(0, FAILURES_SHOWN);
  return Promise.all(
    tasks.map(async (task) => (shown.includes(task) ? { ...task, log: await endOf(api, namespace, task) } : task)),
  );
}

async function endOf(api: Pick<KubeApi, 'log'>, namespace: string, { step }: Task): Promise<string | undefined> {
  if (step === undefined) return undefined;
  try {
    const text = await api.log(namespace, step.pod, { container: step.container, tailLines: LINES, limitBytes: BYTES });
    return readable(text) || undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Without colours; of a line that was written over and over, as bars of progress are, its last state. */
const readable = (text: string): string =>
  stripVTControlCharacters(text).replace(/\r+\n/g, '\n').replace(/^.*\r/gm, '').trimEnd();
