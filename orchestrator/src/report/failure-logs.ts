import type { KubeApi } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import { FAILURES_SHOWN } from './report';
import type { Task } from '../queue/task';

const LINES = 20;
/** The limit for these lines, as a step may write a line without end. */
const BYTES = 65_536;

/** Adds to the failed tasks the last lines of the step that failed. A log that is gone with its pod is left out. */
export async function addFailureLogs(
  api: Pick<KubeApi, 'log'>,
  namespace: string,
  tasks: readonly Task[],
): Promise<readonly Task[]> {
  const shown = tasks.filter(({ state, step }) => state === 'failed' && step !== undefined).slice(0, FAILURES_SHOWN);
  return Promise.all(
    tasks.map(async (task) => (shown.includes(task) ? { ...task, log: await readLogEnd(api, namespace, task) } : task)),
  );
}

async function readLogEnd(api: Pick<KubeApi, 'log'>, namespace: string, { step }: Task): Promise<string | undefined> {
  if (step === undefined) return undefined;
  try {
    const text = await api.log(namespace, step.pod, { container: step.container, tailLines: LINES, limitBytes: BYTES });
    return cleaned(text) || undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/**
 * What a terminal does not show: links, colours, and what else begins with an escape. Node's `stripVTControlCharacters` takes time in
 * proportion to the square of a sequence.
 * https://ecma-international.org/publications-and-standards/standards/ecma-48/
 */
const UNSEEN = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;

/** Removes colours, and all but the last state of a line that is written over and over, such as a progress bar. */
const cleaned = (text: string): string =>
  text
    .replace(UNSEEN, '')
    .replace(/(?<!\r)\r+\n/g, '\n')
    .replace(/^.*\r/gm, '')
    .trimEnd();
