import type { PodEvent } from './event';
import { causeOf } from './event';
import type { Request } from './objects';
import { isFinal } from './objects';
import type { Pod, Wait } from './pod';
import { PATIENCE_MS, createdAt, runOfPod, waitOf } from './pod';
import type { TaskRun } from './task';
import { PIPELINE_TASK, firstLine } from './task';

/** What is asked where the pods that are watched do not say why a run waits. */
export interface Ask {
  taskRunsOf(request: Request): Promise<readonly TaskRun[]>;
  eventsOf(namespace: string, pod: string): Promise<readonly PodEvent[]>;
}

/**
 * What the runs of a team wait for. A run's pods say that, and those that are not over are watched. Tekton makes no pod where a
 * quota has no room, and says so in the TaskRun alone. Why a pod on its node does not begin, Events alone say.
 */
export class Waits {
  private told: ReadonlyMap<string, Told> | undefined;
  /** What TaskRuns said, by the UIDs of their runs. */
  private readonly asked = new Map<string, Asked>();
  /** What Events said, by the names of pods. */
  private readonly causes = new Map<string, { readonly at: number; readonly cause?: string }>();

  constructor(private readonly ask: Ask) {}

  /** By the UIDs of the runs; undefined if that is not known. */
  get messages(): ReadonlyMap<string, string> | undefined {
    return this.told && new Map([...this.told].map(([uid, { text }]) => [uid, text]));
  }

  /** Another replica looks now. */
  forget(): void {
    this.told = undefined;
    this.asked.clear();
    this.causes.clear();
  }

  /** Finds out what each run waits for that goes on. A run that cannot be asked after keeps what was last known of it. */
  async look(requests: readonly Request[], pods: readonly Pod[], now: number): Promise<void> {
    const going = requests.filter((request) => !isFinal(request) && request.status?.runUID !== undefined);
    const byRun = new Map<string, Pod[]>();
    for (const pod of pods) byRun.set(runOfPod(pod), [...(byRun.get(runOfPod(pod)) ?? []), pod]);
    const found = await Promise.all(
      going.map(async (request): Promise<readonly (readonly [string, Told])[]> => {
        const uid = request.status?.runUID ?? '';
        const own = byRun.get(uid) ?? [];
        const wait = (await this.waitOfPods(own, now)) ?? (await this.waitOfTekton(uid, request, own.length > 0, now));
        return wait === undefined ? [] : [[uid, renewed(this.told?.get(uid), wait, now)]];
      }),
    );
    this.told = new Map(found.flat());
    const uids = new Set(going.map(({ status }) => status?.runUID));
    for (const uid of this.asked.keys()) if (!uids.has(uid)) this.asked.delete(uid);
    const names = new Set(pods.map(({ metadata }) => metadata.name));
    for (const name of this.causes.keys()) if (!names.has(name)) this.causes.delete(name);
  }

  private async waitOfPods(pods: readonly Pod[], now: number): Promise<Wait | undefined> {
    const said = () => waitOfPods(pods, now, (name) => this.causes.get(name)?.cause);
    const wait = said();
    const pod = pods.find(({ metadata }) => metadata.name === wait?.pod)?.metadata;
    if (pod === undefined || now - (this.causes.get(pod.name)?.at ?? 0) < ASK_EVERY_MS) return wait;
    try {
      const cause = causeOf(await this.ask.eventsOf(pod.namespace ?? '', pod.name));
      this.causes.set(pod.name, { at: now, ...(cause !== undefined && { cause }) });
    } catch {
      // a role of the namespace that is older may not read Events
      this.causes.set(pod.name, { ...this.causes.get(pod.name), at: now });
    }
    return said();
  }

  /** Between two tasks a run has no pod for a moment. Of one with pods, a quota alone is told. */
  private async waitOfTekton(uid: string, request: Request, hasPods: boolean, now: number): Promise<Wait | undefined> {
    const before = this.asked.get(uid);
    const known: Asked = before?.hasPods === hasPods ? before : { hasPods, since: now };
    this.asked.set(uid, known);
    // one that says already what it waits for is asked after at once: this replica may have begun to lead just now
    if (now - known.since < PATIENCE_MS && request.status?.message === undefined) return undefined;
    if (known.askedAt !== undefined && now - known.askedAt < ASK_EVERY_MS) return known.wait;
    try {
      const taskRuns = await this.ask.taskRunsOf(request);
      const wait = hasPods ? waitForQuota(taskRuns) : (waitForQuota(taskRuns) ?? waitOfTaskRuns(request, taskRuns));
      this.asked.set(uid, { ...known, askedAt: now, wait });
      return wait;
    } catch {
      // the API server is away or busy: it is asked at the next look
      return known.wait;
    }
  }
}

interface Told {
  readonly wait: Wait;
  readonly text: string;
  readonly at: number;
}

interface Asked {
  readonly hasPods: boolean;
  readonly since: number;
  readonly askedAt?: number;
  readonly wait?: Wait;
}

/** The scheduler counts nodes anew as they come and go. Each text that is written is told on the pull request, too. */
const RENEW_MS = 60_000;
const ASK_EVERY_MS = 30_000;

const renewed = (before: Told | undefined, wait: Wait, now: number): Told =>
  before?.wait.task === wait.task && before.wait.for === wait.for && now - before.at < RENEW_MS
    ? before
    : { wait, text: wait.text, at: now };

/**
 * The first of what the pods of a run wait for: what will not go away by itself first, then the pod that was made first.
 * @param causeOf what Events say of a pod
 */
export function waitOfPods(
  pods: readonly Pod[],
  now: number,
  causeOf: (pod: string) => string | undefined = () => undefined,
): Wait | undefined {
  const waits = [...pods]
    .sort((a, b) => createdAt(a) - createdAt(b) || (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap((pod) => waitOf(pod, now, causeOf(pod.metadata.name)) ?? []);
  const first = waits.find((wait) => wait.for === 'image' || wait.for === 'container') ?? waits[0];
  if (first === undefined || waits.length === 1) return first;
  const others = waits.length - 1;
  return { ...first, text: `${first.text}; ${others} more of its tasks wait${others === 1 ? 's' : ''}` };
}

/** What a run without pods waits for, as Tekton says it. */
export function waitOfTaskRuns({ status }: Request, taskRuns: readonly TaskRun[]): Wait | undefined {
  if (status?.startedAt === undefined && taskRuns.length === 0)
    return { task: '', for: 'pod', text: 'waits for Tekton, which has not begun the run: is its controller running?' };
  const [next] = goingOn(taskRuns);
  if (next === undefined) return undefined;
  const { task, message } = next;
  return {
    task,
    for: 'pod',
    text: `${task} waits for Tekton to make its pod${message === '' ? '' : `: ${message}`}`,
  };
}

/** The first task whose pod a quota has no room for. */
export function waitForQuota(taskRuns: readonly TaskRun[]): Wait | undefined {
  const next = goingOn(taskRuns).find(({ reason }) => reason === 'ExceededResourceQuota');
  if (next === undefined) return undefined;
  const { task, message } = next;
  return {
    task,
    for: 'pod',
    text: `${task} waits for room in a quota: ${message}. Raise \`quota\` of the team, or wait until other pods end`,
  };
}

/** The tasks that are not over, and what Tekton says of them. */
const goingOn = (taskRuns: readonly TaskRun[]) =>
  taskRuns.flatMap((taskRun) => {
    const { status = '', reason, message = '' } = succeededOf(taskRun) ?? {};
    if (['True', 'False'].includes(status)) return [];
    const task = taskRun.metadata.labels?.[PIPELINE_TASK] ?? taskRun.metadata.name;
    return [{ task, reason, message: firstLine(message) }];
  });

const succeededOf = ({ status }: TaskRun) => status?.conditions?.find(({ type }) => type === 'Succeeded');
