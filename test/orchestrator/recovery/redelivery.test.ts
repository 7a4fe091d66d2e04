import { Redelivery } from '../../../orchestrator/src/recovery/redelivery';
import { leaseWatermark } from '../../../orchestrator/src/recovery/watermark';
import { LEASES } from '../../../orchestrator/src/queue/objects';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { NOW, configurationOf, front, pullRequestPayload, shop, silent, teamOf } from '../support';
import { GitHubApi, Refusal } from '../support/github-api';
import type { Call, Endpoints } from '../support/github-api';
import { Events } from '../support/github-events';
import type { Hook } from '../support/github-events';
import { MemoryApi } from '../support/memory-api';

const MINUTE = 60_000;
const LEASE = { namespace: 'team-payments', name: 'lease' };
const opened: GitHubApi[] = [];
afterEach(() => Promise.all(opened.splice(0).map((github) => github.close())));

/** One repository's webhook, unless something else is said; each `sweep` is a new process. */
async function scene({
  send,
  isApp = false,
  configuration = configurationOf(teamOf('one', { shop: [{ name: 'web', repo: 'acme/web' }] })),
  endpoints = {},
}: {
  send?: ConstructorParameters<typeof Events>[0];
  isApp?: boolean;
  configuration?: ReturnType<typeof configurationOf>;
  endpoints?: Endpoints;
} = {}) {
  const clock = { now: NOW };
  const events = new Events(send, () => clock.now);
  const github = new GitHubApi({ ...events.endpoints, ...endpoints });
  opened.push(github);
  const api = new MemoryApi();
  await api.create(LEASES, LEASE.namespace, { metadata: { name: LEASE.name } });
  const metrics = createMetrics();
  const stopped = new AbortController();
  const options = {
    github: github.request,
    isApp,
    host: 'github.com',
    configuration: { current: configuration },
    watermark: leaseWatermark(api, LEASE),
    metrics,
    log: silent,
    now: () => clock.now,
  };
  const sweep = () => new Redelivery(options, stopped.signal);
  const asked = () => github.called.filter(({ route }) => route.startsWith('POST'));
  const sent = (hook: Hook) =>
    hook.attempts.map(({ guid, redelivery }) => (redelivery ? guid : '')).filter((guid) => guid !== '');
  return {
    clock,
    events,
    github,
    sweep,
    stopped,
    asked,
    sent,
    requested: async () => (await metrics.redeliveriesRequested.get()).values[0]?.value,
  };
}
/** What is sent answers so, the last for ever. */
const answering =
  (...codes: number[]) =>
  async (): Promise<number> =>
    codes.length > 1 ? codes.shift()! : codes[0]!;

it('a delivery that nobody was there for is taken when it is sent again, and then no more', async () => {
  const { deliver, requests } = front();
  let isUp = false;
  const { events, sweep, sent } = await scene({
    send: async ({ guid, event, payload }) => (isUp ? (await deliver(event, payload, { guid })).statusCode : 0),
  });
  const hook = events.hook('acme/web');
  await events.deliver(hook, 'delivery-1', 'pull_request', pullRequestPayload());
  isUp = true;
  await sweep().look();
  await events.quiet();
  await sweep().look();
  expect(sent(hook)).toEqual(['delivery-1']);
  expect(requests()).toHaveLength(1);
});

it('asks again for what failed, and for nothing that was taken or refused', async () => {
  const { events, sweep, asked, requested } = await scene();
  const hook = events.hook('acme/web');
  const tell = async (guid: string, status: number) => {
    await events.deliver(hook, guid, 'pull_request');
    hook.attempts[0] = { ...hook.attempts[0]!, status_code: status };
    return hook.attempts[0].id;
  };
  await tell('taken', 202);
  const failed = await tell('failed', 503);
  await tell('refused', 401);
  const unheard = await tell('unheard', 0);
  expect(await sweep().look()).toBe(true);
  expect(asked().map(({ path }) => path.delivery_id)).toEqual([failed, unheard]);
  expect(await requested()).toBe(2);
});

it.each(['over any number of processes', 'in one that goes on'])('asks three times and no more, %s', async (which) => {
  const { clock, events, sweep, sent } = await scene({ send: answering(503) });
  const one = sweep();
  const hook = events.hook('acme/web');
  await events.deliver(hook, 'failing', 'pull_request');
  const times: number[] = [];
  for (let minute = 0; minute < 8 * 60; minute += 15) {
    clock.now = NOW + minute * MINUTE;
    await (which === 'in one that goes on' ? one : sweep()).look();
    if (sent(hook).length > times.length) times.push(minute);
  }
  expect(times).toEqual([0, 15, 135]);
});

it('finds what failed among hundreds, and reads on from there', async () => {
  const { clock, events, github, sweep, sent } = await scene({ send: answering(503, 200) });
  const hook = events.hook('acme/web');
  await events.deliver(hook, 'first', 'pull_request');
  for (let minute = 1; minute <= 250; minute++) {
    clock.now = NOW + minute * MINUTE;
    await events.deliver(hook, `taken-${minute}`, 'pull_request');
  }
  const pages = async () => {
    const before = github.called.length;
    await sweep().look();
    return github.called.slice(before).filter(({ route }) => route.endsWith('/deliveries')).length;
  };
  expect(await pages()).toBe(3);
  expect(sent(hook)).toEqual(['first']);
  // it is read to the end until it is known to be taken
  expect(await pages()).toBe(3);
  expect(await pages()).toBe(1);
});

it('reads three days back, and a list that is as it was not again', async () => {
  const { clock, events, github, sweep, asked } = await scene();
  const hook = events.hook('acme/web');
  await events.deliver(hook, 'old', 'pull_request');
  hook.attempts[0] = { ...hook.attempts[0]!, status_code: 503 };
  clock.now = NOW + 71 * 60 * MINUTE;
  await events.deliver(hook, 'taken', 'pull_request');
  const one = sweep();
  await one.look();
  expect(asked()).toEqual([]);
  expect(github.called.map(({ etag }) => etag === undefined)).toEqual([true, true, true]);
  github.called.length = 0;
  await one.look();
  expect(github.called.map(({ etag }) => etag === undefined)).toEqual([false, false, false]);
});

it('looks at the webhooks that deliver here, of repositories and organisations', async () => {
  const { events, sweep, sent } = await scene({ send: answering(503), configuration: configurationOf(shop()) });
  const ours = [
    events.hook('acme/web'),
    events.hook('acme/cart', 'https://ci.example.com/below/webhook/github/payments'),
    events.hook('acme'),
  ];
  const others = [
    events.hook('acme/web', 'https://chat.example.com/hook'),
    events.hook('acme/stock', 'https://ci.example.com/webhook/github', false),
    events.hook('acme/other'),
  ];
  for (const hook of [...ours, ...others]) await events.deliver(hook, 'failing', 'pull_request');
  await sweep().look();
  expect(ours.map(sent)).toEqual([['failing'], ['failing'], ['failing']]);
  expect(others.map(sent)).toEqual([[], [], []]);
});

it("looks at an App's own webhook, as the App", async () => {
  const { events, github, sweep, sent } = await scene({ send: answering(503), isApp: true });
  const hook = events.hook('app');
  await events.deliver(hook, 'failing', 'pull_request');
  await sweep().look();
  expect(sent(hook)).toEqual(['failing']);
  expect(github.called.map(({ route }) => route).filter((route) => !route.includes(' /app/'))).toEqual([]);
});

it('says where there is nothing that it may look at', async () => {
  const { sweep } = await scene();
  expect(await sweep().look()).toBe(false);
});

it('what is refused of one repository keeps none of the others', async () => {
  const { events, github, sweep, sent } = await scene({ send: answering(503), configuration: configurationOf(shop()) });
  github.fault = ({ path }) => (path.repo === 'web' ? { status: 404, body: { message: 'Not Found' } } : undefined);
  const hook = events.hook('acme/cart');
  await events.deliver(hook, 'failing', 'pull_request');
  expect(await sweep().look()).toBe(true);
  expect(sent(hook)).toEqual(['failing']);
});

it.each<[string, (call: Call) => never]>([
  [
    'is away',
    () => {
      throw new Refusal(502, 'Server Error');
    },
  ],
  [
    'wants it to wait',
    () => {
      throw new Refusal(429, 'slow down');
    },
  ],
])('does it the next time where GitHub %s', async (_, refuse) => {
  let isAway = true;
  const list = 'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries';
  const { sweep, events, sent } = await scene({
    send: answering(503),
    endpoints: { [list]: (call) => (isAway ? refuse(call) : events.endpoints[list]!(call)) },
  });
  const hook = events.hook('acme/web');
  await events.deliver(hook, 'failing', 'pull_request');
  const one = sweep();
  await expect(one.look()).rejects.toThrow();
  isAway = false;
  await one.look();
  expect(sent(hook)).toEqual(['failing']);
});

it('stops while GitHub does not answer', async () => {
  const { github, sweep, stopped } = await scene();
  const asked = new Promise<void>((resolve) => {
    github.fault = () => {
      resolve();
      return new Promise<never>(() => {});
    };
  });
  const looking = sweep().look();
  await asked;
  stopped.abort();
  await expect(looking).rejects.toThrow(/abort/i);
});
