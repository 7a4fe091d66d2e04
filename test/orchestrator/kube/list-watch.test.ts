import type { KubeApi, KubeObject, List, WatchEvent } from '../../../lib/kube/api';
import { ApiError } from '../../../lib/kube/api';
import { listWatch } from '../../../orchestrator/src/kube/list-watch';
import type { RestartReason } from '../../../orchestrator/src/kube/list-watch';

/** An API server that does what a test tells it, and time that passes when a test says so. */

const KIND = { apiVersion: 'v1', plural: 'things' };
const thing = (name: string, resourceVersion: string, namespace = 'a'): KubeObject => ({
  metadata: { name, namespace, resourceVersion },
});

/** One watch: what it was asked for, and a hand on its stream. */
interface Line {
  readonly from: string;
  send(event: WatchEvent<KubeObject>): void;
  /** The server ends it, or it breaks. */
  end(error?: Error): void;
  isGivenUp: boolean;
}

function server(lists: (readonly KubeObject[])[]) {
  const lines: Line[] = [];
  let listed = 0;
  const api = {
    async *pages() {
      const items = lists[Math.min(listed++, lists.length - 1)]!;
      yield { items, resourceVersion: String(listed * 100) };
    },
    async *watch(
      _kind: unknown,
      _namespace: unknown,
      { resourceVersion }: { resourceVersion: string },
      signal: AbortSignal,
    ) {
      const waiting: (WatchEvent<KubeObject> | 'end' | Error)[] = [];
      let wake = (): void => {};
      const put = (one: (typeof waiting)[number]): void => {
        waiting.push(one);
        wake();
      };
      const line: Line = { from: resourceVersion, send: put, end: (error) => put(error ?? 'end'), isGivenUp: false };
      signal.addEventListener('abort', () => {
        line.isGivenUp = true;
        put(new ApiError('given up'));
      });
      lines.push(line);
      for (;;) {
        while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const next = waiting.shift()!;
        if (next === 'end') return;
        if (next instanceof Error) throw next;
        yield next;
      }
    },
  } as unknown as KubeApi;
  return { api, lines, listed: () => listed };
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const names = (store: { list(): readonly KubeObject[] }): string[] => store.list().map(({ metadata }) => metadata.name);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function following(lists: (readonly KubeObject[])[]) {
  const { api, lines, listed } = server(lists);
  const restarts: RestartReason[] = [];
  const told: string[] = [];
  const store = listWatch<KubeObject>(api, KIND, { onRestart: (reason) => restarts.push(reason) });
  store.onChange((namespace) => told.push(namespace));
  return { store, lines, listed, restarts, told };
}

it('holds what is listed, then what is told', async () => {
  const { store, lines, told } = following([[thing('one', '1')]]);
  expect(store.synced).toBe(false);
  await pass(0);
  expect([store.synced, names(store), lines[0]?.from]).toEqual([true, ['one'], '100']);
  lines[0]!.send({ type: 'ADDED', object: thing('two', '101', 'b') });
  lines[0]!.send({ type: 'DELETED', object: thing('one', '102') });
  await pass(0);
  expect(names(store)).toEqual(['two']);
  expect(store.get('b', 'two')?.metadata.resourceVersion).toBe('101');
  expect(told.slice(-2)).toEqual(['b', 'a']);
  store.stop();
});

it('finds by each key what bears it now', async () => {
  const { api, lines } = server([[thing('one', '1'), thing('two', '1', 'b')]]);
  const store = listWatch<KubeObject>(api, KIND, { indexBy: ({ metadata }) => metadata.labels?.of?.split('.') ?? [] });
  const of = (object: KubeObject, key: string): KubeObject => ({
    metadata: { ...object.metadata, labels: { of: key } },
  });
  const found = (key: string): string[] => [...store.indexed(key)].map(({ metadata }) => metadata.name);
  await pass(0);
  expect([found('x'), found('undefined')]).toEqual([[], []]);
  for (const object of [
    of(thing('one', '101'), 'x.y'),
    of(thing('three', '102'), 'x'),
    of(thing('two', '103', 'b'), 'y'),
  ])
    lines[0]!.send({ type: 'MODIFIED', object });
  await pass(0);
  expect([found('x'), found('y')]).toEqual([
    ['one', 'three'],
    ['one', 'two'],
  ]);
  lines[0]!.send({ type: 'MODIFIED', object: of(thing('one', '104'), 'y') });
  lines[0]!.send({ type: 'DELETED', object: thing('three', '105') });
  await pass(0);
  expect([found('x'), found('y')]).toEqual([[], ['two', 'one']]);
  store.stop();
});

it('begins after the one that others wait for', async () => {
  const first = following([[]]);
  const { api, listed } = server([[thing('one', '1')]]);
  const later = listWatch<KubeObject>(api, KIND, { after: first.store });
  expect(listed()).toBe(0);
  await pass(0);
  expect([names(later), later.synced]).toEqual([['one'], true]);
  [first.store, later].forEach((store) => store.stop());
});

it('keeps nothing of who set which field', async () => {
  const { store } = following([
    [{ metadata: { ...thing('one', '1').metadata, managedFields: [{}] } as KubeObject['metadata'] }],
  ]);
  await pass(0);
  expect(store.list()).toEqual([thing('one', '1')]);
  store.stop();
});

it('goes on from the last version, bookmarks included, when the line breaks', async () => {
  const { store, lines, listed, restarts } = following([[]]);
  await pass(0);
  lines[0]!.send({ type: 'BOOKMARK', object: thing('', '150') });
  lines[0]!.end(new ApiError('reset'));
  await pass(1_000);
  expect([lines[1]?.from, listed(), restarts]).toEqual(['150', 1, ['unreachable']]);
  store.stop();
});

it.each<[string, (line: Line) => void]>([
  [
    'by an event',
    (line) => line.send({ type: 'ERROR', object: { code: 410, message: 'too old' } as unknown as KubeObject }),
  ],
  ['at once', (line) => line.end(new ApiError('too old', 410, 'Expired'))],
])('lists anew when its version is forgotten, told %s', async (_, forget) => {
  const { store, lines, listed, restarts } = following([[thing('old', '1')], [thing('new', '2')]]);
  await pass(0);
  forget(lines[0]!);
  await pass(1_000);
  expect([names(store), listed(), lines[1]?.from, restarts]).toEqual([['new'], 2, '200', ['expired']]);
  store.stop();
});

it.each<[string, (line: Line) => void]>([
  ['says each time that the version is forgotten', (line) => line.end(new ApiError('too old', 410, 'Expired'))],
  ['ends each line at once', (line) => line.end()],
])('asks a server less and less that %s', async (_, end) => {
  const { store, lines } = following([[]]);
  const ended = new Set<Line>();
  const asked: number[] = [];
  for (let second = 0; second < 40; second++) {
    for (let tenth = 0; tenth < 10; tenth++) {
      await pass(100);
      for (const line of lines.filter((one) => !ended.has(one))) end(line);
      lines.forEach((line) => ended.add(line));
    }
    if (second % 20 === 19) asked.push(lines.length);
  }
  // 200 ms, doubled until it is ten seconds
  expect(asked[0]).toBeLessThan(12);
  expect(asked[1]! - asked[0]!).toBeLessThan(6);
  store.stop();
});

it('goes on from the last version when the server ends the line in its time, and lists anew within the hour', async () => {
  const { store, lines, listed, restarts } = following([[], [thing('missed', '2')]]);
  await pass(0);
  const endInTime = async (): Promise<void> => {
    const line = lines.at(-1)!;
    for (let minute = 0; minute < 4; minute++) {
      await pass(60_000);
      line.send({ type: 'BOOKMARK', object: thing('', `${Number(line.from) + minute + 1}`) });
    }
    line.end();
    await pass(0);
  };
  await endInTime();
  expect([names(store), listed(), lines[1]?.from, restarts]).toEqual([[], 1, '104', []]);
  for (let minutes = 4; minutes < 60; minutes += 4) await endInTime();
  expect([names(store), listed(), restarts]).toEqual([['missed'], 2, []]);
  store.stop();
});

it('gives up a line on which nothing is heard', async () => {
  const { store, lines, restarts } = following([[]]);
  await pass(0);
  await pass(90_000);
  lines[0]!.send({ type: 'BOOKMARK', object: thing('', '150') });
  await pass(90_000);
  expect(lines[0]?.isGivenUp).toBe(false);
  await pass(15_000);
  expect([lines[0]?.isGivenUp, restarts, lines[1]?.from]).toEqual([true, ['silent'], '150']);
  store.stop();
});

it('waits longer each time that it fails, ten seconds at most', async () => {
  const { store, lines } = following([[]]);
  await pass(0);
  for (let i = 0; i < 12; i++) {
    lines.at(-1)!.end(new ApiError('away'));
    const before = lines.length;
    await pass(10_000);
    expect(lines.length).toBe(before + 1);
  }
  lines.at(-1)!.end(new ApiError('away'));
  const before = lines.length;
  await pass(4_000);
  expect(lines.length).toBe(before);
  store.stop();
});

it('hears nothing more once it is stopped', async () => {
  const { store, lines } = following([[]]);
  await pass(0);
  store.stop();
  await pass(20_000);
  expect([lines.length, lines[0]?.isGivenUp]).toEqual([1, true]);
});

it('says so while it may not list, and goes on when it may', async () => {
  const { api } = server([[thing('one', '1')]]);
  let mayList = false;
  async function* pages<T>(...asked: Parameters<KubeApi['pages']>): AsyncGenerator<List<T>> {
    if (!mayList) throw new ApiError('no', 403, 'Forbidden');
    yield* api.pages<T>(...asked);
  }
  const store = listWatch<KubeObject>({ ...api, pages }, KIND);
  await pass(0);
  expect([store.synced, store.forbidden]).toEqual([false, true]);
  mayList = true;
  await pass(1_000);
  expect([store.synced, store.forbidden, names(store)]).toEqual([true, false, ['one']]);
  store.stop();
});
