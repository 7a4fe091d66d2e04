import { ApiError } from '../../../lib/kube/api';
import { createMetrics } from '../../../orchestrator/src/metrics';
import { createRequest } from '../../../orchestrator/src/requests/create';
import { knownRequests } from '../../../orchestrator/src/requests/known';
import { runRequest } from '../../../lib/runs/decisions/request';
import type { Ask } from '../../../lib/runs/ask/ask';
import { FakeApi, SHA, storeOf } from '../support';

const spec: Ask = {
  pipeline: 'pr-test',
  team: 'payments',
  stack: 'shop',
  apps: ['web'],
  revision: SHA.a,
  pullRequest: { number: 7, repo: 'acme/web' },
  source: {
    event: 'pull_request.opened',
    delivery: 'guid-0001',
    eventTime: '2026-05-10T11:00:00Z',
    repository: { host: 'github.com', id: 1 },
  },
};
const request = runRequest({ namespace: 'team-payments' }, spec, {
  repo: { host: 'github.com', fullName: 'acme/web', id: 1 },
});

function creator(api = new FakeApi()) {
  const metrics = createMetrics();
  return {
    api,
    metrics,
    known: knownRequests(
      storeOf(() => []),
      () => [{ name: 'payments', namespace: 'team-payments' }],
    ),
  };
}
const within = (ms: number) => ({ deadline: performance.now() + ms });

it('gives up when its time is over, and does not know', async () => {
  const made = creator();
  made.api.fault = () => {
    throw new ApiError('down');
  };
  const start = performance.now();
  expect((await createRequest(made, request, within(700))).kind).toBe('unavailable');
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(made.api.calls).toBeGreaterThan(1);
});

it('does not wait for an answer that never comes', async () => {
  const made = creator();
  made.api.fault = () => new Promise(() => undefined);
  const start = performance.now();
  expect((await createRequest(made, request, within(300))).kind).toBe('unavailable');
  expect(performance.now() - start).toBeLessThan(1_500);
});

it('takes the name being there for its own earlier attempt', async () => {
  const made = creator();
  made.api.lose = (attempt) => {
    if (attempt === 1) throw new ApiError('reset');
  };
  expect((await createRequest(made, request, within(2_000))).kind).toBe('created');
  expect(made.api.objects.size).toBe(1);
});

it('takes it for a duplicate if it is of another delivery, and for a conflict if it is of something else', async () => {
  const made = creator();
  made.api.objects.set(`team-payments/${request.metadata.name}`, {
    ...request,
    spec: { ...spec, apps: ['web', 'cart'], source: { ...spec.source, event: 'x', delivery: 'guid-0002' } },
  });
  expect((await createRequest(made, request, within(500))).kind).toBe('duplicate');
  const other = creator();
  other.api.objects.set(`team-payments/${request.metadata.name}`, { ...request, spec: { ...spec, revision: SHA.b } });
  expect((await createRequest(other, request, within(500))).kind).toBe('conflict');
  expect((await other.metrics.requestConflicts.get()).values[0]?.value).toBe(1);
});

it.each<[number | undefined, string, string, string]>([
  [403, 'Forbidden', 'exceeded quota: runs', 'unavailable'],
  [403, 'Forbidden', 'status unknown for quota: runs', 'unavailable'],
  [403, 'Forbidden', 'User "x" cannot create resource "runrequests"', 'unavailable'],
  [403, 'Forbidden', 'not yet ready to handle request', 'unavailable'],
  [403, 'Forbidden', 'namespace is being terminated', 'unavailable'],
  [404, 'NotFound', 'no CRD yet', 'unavailable'],
  [401, 'Unauthorized', 'token ran out', 'unavailable'],
  [429, 'TooManyRequests', 'slow down', 'unavailable'],
  [500, 'InternalError', 'etcd', 'unavailable'],
  [undefined, '', 'reset', 'unavailable'],
  [403, 'Forbidden', 'denied by policy', 'denied'],
  [422, 'Invalid', 'spec.apps', 'denied'],
  [400, 'BadRequest', 'no object', 'denied'],
])('of %s %s (%s) it is %s', async (status, reason, message, kind) => {
  const made = creator();
  made.api.fault = () => {
    throw new ApiError(message, status, reason || undefined);
  };
  expect((await createRequest(made, request, within(200))).kind).toBe(kind);
});

it('remembers what it made before the watch tells of it', async () => {
  const made = creator();
  await createRequest(made, request, within(500));
  expect(made.known.named('team-payments', request.metadata.name)?.spec).toEqual(spec);
  expect(made.known.ofPullRequest({ host: 'github.com', fullName: 'Acme/web' }, 7)).toHaveLength(1);
  expect((await createRequest(made, request, within(500))).kind).toBe('duplicate');
  expect(made.api.calls).toBe(1);
});

it('waits for an answer that comes later than the next attempt begins', async () => {
  const made = creator();
  made.api.lose = (attempt) =>
    attempt === 1 ? new Promise((resolve) => setTimeout(resolve, 2_800)) : new Promise(() => {});
  made.api.fault = (attempt) => (attempt === 1 ? undefined : new Promise(() => undefined));
  expect((await createRequest(made, request, within(5_000))).kind).toBe('created');
  expect(made.api.objects.size).toBe(1);
});

it('is the same for a repository that has another name now, and for no other repository', async () => {
  const again = (more: { repo?: string; id?: number }) => {
    const { repo = 'acme/web', id = 1 } = more;
    const source = { ...spec.source!, repository: { host: 'github.com', id } };
    return { ...request, spec: { ...spec, pullRequest: { number: 7, repo }, source } };
  };
  for (const [more, kind] of [
    [{ repo: 'acme/shop' }, 'duplicate'],
    [{ id: 2 }, 'conflict'],
  ] as const) {
    const made = creator();
    made.api.objects.set(`team-payments/${request.metadata.name}`, again(more));
    expect((await createRequest(made, request, within(500))).kind).toBe(kind);
  }
});

it('is the same as what an older version made of its name, which said less of the repository', async () => {
  const older = { ...spec, source: { ...spec.source!, repository: undefined } };
  const { api, ...rest } = creator();
  await api.create(undefined, 'team-payments', { ...request, spec: older });
  expect((await createRequest({ api, ...rest }, request, within(1_000))).kind).toBe('duplicate');
});
