import { LABELS } from '../../../lib/words/labels';
import type { PullOptions } from '../../orchestrator/support';
import { pullRequestPayload } from '../../orchestrator/support';
import type { Passing } from './support/proxy';
import type { Replica } from './support/replica';
import { Scene } from './support/scene';

// a machine that is busy with other things is no failure
jest.setTimeout(300_000);

/** Two replicas whose clocks are an hour wrong, one behind and one ahead of that of the cluster and of the Git host. */

const TEAM = 'queue-clocks';
const HOUR_MS = 3_600_000;
const LEASE = 'tekton-dag-orchestrator';

/** Options of node by which a program's clock is wrong from its first line. */
const clockWrongBy = (ms: number): readonly string[] => [
  `--import=data:text/javascript,${encodeURIComponent(`
    const now = () => Reflect.apply(RealDate.now, RealDate, []) + ${ms};
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...given) { super(...(given.length === 0 ? [now()] : given)); }
      static now() { return now(); }
    };`)}`,
];

let scene: Scene;
let behind: Replica;
let ahead: Replica;
/** Pull requests whose runs go on. */
const going = new Set<string>();

beforeAll(async () => {
  scene = await Scene.open({ [TEAM]: 2 }, ({ metadata }) => !going.has(metadata.labels?.[LABELS.pullRequest] ?? ''));
  [behind] = (await scene.start({ behind: clockWrongBy(-HOUR_MS) })) as [Replica];
  await behind.proxy.passed(1, isLeading);
  [ahead] = (await scene.start({ ahead: clockWrongBy(HOUR_MS) })) as [Replica];
});
afterAll(() => scene.close());
afterEach(() => expect(scene.history.violations()).toEqual([]));

const isOfLease = ({ path }: Passing): boolean => path.endsWith(`/leases/${LEASE}`);
const isLeading = (passing: Passing): boolean => passing.method === 'PATCH' && isOfLease(passing);
const now = (): string => new Date().toISOString().replace(/\.\d+/, '');
const shaOf = (number: number, commit: number): string => `${commit}${String(number).padStart(39, '0')}`;
const push = (number: number, commit = 1): PullOptions => ({
  number,
  sha: shaOf(number, commit),
  at: now(),
  ...(commit > 1 && { action: 'synchronize', before: shaOf(number, commit - 1) }),
});
const queued = (number: number, action = 'checks_requested') => {
  const { repository, sender } = pullRequestPayload();
  return {
    action,
    repository,
    sender,
    merge_group: {
      head_sha: shaOf(number, 9),
      head_ref: `refs/heads/gh-readonly-queue/main/pr-${number}-00ff`,
      base_sha: shaOf(0, 1),
      base_ref: 'refs/heads/main',
      head_commit: { timestamp: now() },
    },
  };
};
/** To both at once. @returns the statuses, in order */
const deliverToBoth = async (event: string, payload: object): Promise<readonly number[]> => {
  const answers = await Promise.all([behind, ahead].map((replica) => replica.deliver(event, payload)));
  return answers.map(({ status }) => status).sort();
};
/** The phases of the requests of a pull request, by the first digit of their commit; that of what closes it by ''. */
const phasesOf = async (number: number): Promise<Readonly<Record<string, string | undefined>>> =>
  Object.fromEntries(
    (await scene.requests())
      .filter(({ spec }) => spec.pullRequest?.number === number)
      .map(({ spec, status }) => [spec.revision?.[0] ?? '', status?.phase]),
  );
const become = (number: number, phases: Readonly<Record<string, string>>) =>
  scene.until(60, async () => {
    const found = JSON.stringify(await phasesOf(number));
    return found === JSON.stringify(phases) || `they are ${found}`;
  });

it('take each delivery once, in the order that the Git host tells', async () => {
  const numbers = [1, 2, 3, 4, 5, 6];
  const answers = numbers.map((number) => deliverToBoth('pull_request', pullRequestPayload(push(number))));
  expect(await Promise.all(answers)).toEqual(numbers.map(() => [200, 202]));
  await scene.quiet();
  for (const number of numbers) expect(await phasesOf(number)).toEqual({ 1: 'Succeeded' });

  going.add('7');
  expect(await deliverToBoth('pull_request', pullRequestPayload(push(7)))).toEqual([200, 202]);
  await become(7, { 1: 'Running' });
  const newer = push(7, 2);
  const closed = { ...newer, action: 'closed', at: new Date(Date.parse(newer.at!) + 1000).toISOString() };
  expect((await ahead.deliver('pull_request', pullRequestPayload(newer))).status).toBe(202);
  await become(7, { 1: 'Cancelled', 2: 'Running' });
  expect((await behind.deliver('pull_request', pullRequestPayload(closed))).status).toBe(200);
  await become(7, { '': 'Cancelled', 1: 'Cancelled', 2: 'Cancelled' });
});

it.each([
  ['behind', 21],
  ['ahead', 22],
])('test the commit of a merge queue that the one that is %s takes, until it is destroyed', async (name, number) => {
  const replica = name === 'behind' ? behind : ahead;
  await deliverToBoth('pull_request', pullRequestPayload(push(number)));
  await become(number, { 1: 'Succeeded' });
  going.add(String(number));
  expect((await replica.deliver('merge_group', queued(number))).status).toBe(202);
  await become(number, { 1: 'Succeeded', 9: 'Running' });
  await replica.deliver('merge_group', queued(number, 'destroyed'));
  await become(number, { '': 'Cancelled', 1: 'Succeeded', 9: 'Cancelled' });
});

it('have one leader: the other looks, and takes over when it is gone', async () => {
  const isLook = (passing: Passing): boolean => passing.method === 'GET' && isOfLease(passing);
  // longer than a leader may be silent
  await ahead.proxy.passed(ahead.proxy.seen.filter(isLook).length + 10, isLook);
  expect(ahead.proxy.seen.filter(isLeading)).toEqual([]);
  await behind.stop();
  await ahead.proxy.passed(1, isLeading);
  expect((await ahead.deliver('pull_request', pullRequestPayload(push(31)))).status).toBe(202);
  await become(31, { 1: 'Succeeded' });
  await scene.quiet();
});
