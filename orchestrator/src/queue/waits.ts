import type { Request } from './objects';
import { isFinal } from './objects';
import type { Pod, Wait } from './pod';
import { PATIENCE_MS, createdAt, runOfPod, waitOf } from './pod';
import type { TaskRun } from './task';
import { PIPELINE_TASK, firstLine } from './task';

/**
 * What the runs of a team wait for. A run's pods say that, and those that are not over are watched. A run without any is
 * the only one that is asked after: Tekton makes no pod where a quota has no room, and says so in the TaskRun alone.
 */
export class Waits {
  private told: ReadonlyMap<string, Told> | undefined;
  /** The runs without a pod, by their UIDs. */
  private readonly podless = new Map<string, Podless>();

  constructor(private readonly taskRunsOf: (request: Request) => Promise<readonly TaskRun[]>) {}

  /** By the UIDs of the runs; undefined if that is not known. */
  get messages(): ReadonlyMap<string, string> | undefined {
    return this.told && new Map([...this.told].map(([uid, { text }]) => [uid, text]));
  }

  /** Another replica looks now. */
  forget(): void {
    this.told = undefined;
    this.podless.clear();
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
        const wait = own.length > 0 ? waitOfPods(own, now) : await this.waitWithoutPods(uid, request, now);
        return wait === undefined ? [] : [[uid, renewed(this.told?.get(uid), wait, now)]];
      }),
    );
    this.told = new Map(found.flat());
    const uids = new Set(going.map(({ status }) => status?.runUID));
    for (const uid of this.podless.keys()) if (!uids.has(uid) || byRun.has(uid)) this.podless.delete(uid);
  }

  /** Between two tasks a run has no pod for a moment. */
  private async waitWithoutPods(uid: string, request: Request, now: number): Promise<Wait | undefined> {
    const known = this.podless.get(uid) ?? { since: now };
    this.podless.set(uid, known);
    // one that says already what it waits for is asked after at once: this replica may have begun to lead just now
    if (now - known.since < PATIENCE_MS && request.status?.message === undefined) return undefined;
    if (known.askedAt !== undefined && now - known.askedAt < ASK_EVERY_MS) return known.wait;
    try {
      const wait = waitOfTaskRuns(request, await this.taskRunsOf(request));
      this.podless.set(uid, { ...known, askedAt: now, wait });
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

interface Podless {
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

/** The first of what the pods of a run wait for: what will not go away by itself first, then the pod that was made first. */
export function waitOfPods(pods: readonly Pod[], now: number): Wait | undefined {
  const waits = [...pods]
    .sort((a, b) => createdAt(a) - createdAt(b) || (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap((pod) => waitOf(pod, now) ?? []);
  const first = waits.find((wait) => wait.for === 'image' || wait.for === 'container') ?? waits[0];
  if (first === undefined || waits.length === 1) return first;
  const others = waits.length - 1;
  return { ...first, text: `${first.text}; ${others} more of its tasks wait${others === 1 ? 's' : ''}` };
}

/** What a run without pods waits for, as Tekton says it. */
export function waitOfTaskRuns({ status }: Request, taskRuns: readonly TaskRun[]): Wait | undefined {
  if (status?.startedAt === undefined && taskRuns.length === 0)
    return { task: '', for: 'pod', text: 'waits for Tekton, which has not begun the run: is its controller running?' };
  const waiting = taskRuns.map((taskRun) => ({ taskRun, condition: succeededOf(taskRun) }));
  const next = waiting.find(({ condition }) => !['True', 'False'].includes(condition?.status ?? ''));
  if (next === undefined) return undefined;
  const { metadata } = next.taskRun;
  const task = metadata.labels?.[PIPELINE_TASK] ?? metadata.name;
  const { reason, message } = next.condition ?? {};
  if (reason === 'ExceededResourceQuota')
    return {
      task,
      for: 'pod',
      text: `${task} waits for room in a quota: ${firstLine(message ?? '')}. Raise \`quota\` of the team, or wait until other pods end`,
    };
  return {
    task,
    for: 'pod',
    text: `${task} waits for Tekton to make its pod${message ? `: ${firstLine(message)}` : ''}`,
  };
}

const succeededOf = ({ status }: TaskRun) => status?.conditions?.find(({ type }) => type === 'Succeeded');
