import { probeRegistries } from '../../lib/cli/doctor/probe';
import type { KubeApi } from '../../lib/kube/api';
import { ApiError } from '../../lib/kube/api';
import { team } from '../output/team/model';

/** A cluster of one pod, which is over at once. */
const cluster = (over: Partial<Record<keyof KubeApi, () => Promise<unknown>>>) => {
  const calls: string[] = [];
  const said = (verb: keyof KubeApi, answer: unknown) => (_kind: unknown, _namespace: unknown, name: unknown) => {
    calls.push(verb === 'delete' ? `delete ${String(name)}` : verb);
    return over[verb]?.() ?? Promise.resolve(answer);
  };
  const api = {
    create: said('create', { metadata: { name: 'probe-x' } }),
    get: said('get', { status: { phase: 'Succeeded' } }),
    log: said('log', '401\n'),
    list: said('list', { items: [] }),
    delete: said('delete', undefined),
  };
  return { api: api as unknown as KubeApi, calls };
};
const fails = (message: string, status?: number) => () => Promise.reject(new ApiError(message, status));
/** As the kubelet says it while an image or a volume is not there. */
const creating = {
  status: {
    phase: 'Pending',
    conditions: [{ status: 'False', message: 'containers with unready status' }],
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  },
};
const event = (second: number, message: string) => ({
  metadata: { name: message, creationTimestamp: `2026-01-01T00:00:0${second}Z` },
  message,
});
const probe = async (over: Parameters<typeof cluster>[0] = {}) => {
  const { api, calls } = cluster(over);
  const { findings } = await probeRegistries(api, [team()], true, 0);
  return { calls, told: findings.map(({ severity, message }) => `${severity} ${message}`) };
};

it('makes a pod, reads its log and deletes it', async () =>
  expect(await probe()).toEqual({ calls: ['create', 'get', 'log', 'delete probe-x'], told: [] }));

it.each<[string, Parameters<typeof cluster>[0], string]>([
  [
    'nobody schedules',
    { get: async () => ({ status: { phase: 'Pending' } }) },
    'did not end within 0 s: no scheduler has looked at it',
  ],
  ['runs on', { get: async () => ({ status: { phase: 'Running' } }) }, 'did not end within 0 s: its phase is Running'],
  [
    'lacks a volume',
    { get: async () => creating, list: async () => ({ items: [event(2, 'no such ConfigMap'), event(1, 'too slow')] }) },
    'did not end within 0 s: no such ConfigMap',
  ],
  [
    'is not known about',
    { get: async () => creating, list: fails('events is forbidden', 403) },
    'did not end within 0 s: ContainerCreating',
  ],
  ['has no log', { log: fails('the kubelet is gone', 500) }, 'is not known to be reached: the kubelet is gone'],
  ['is deleted by others', { get: async () => undefined }, 'somebody has deleted pod probe-x'],
  ['reaches nothing', { log: async () => 'curl: (7) refused\n000\n' }, 'is not reached: curl: (7) refused'],
])('deletes one that %s, too', async (_, over, message) => {
  const { calls, told } = await probe(over);
  expect(calls.at(-1)).toBe('delete probe-x');
  expect(told).toEqual([expect.stringMatching(/^error /)]);
  expect(told[0]).toContain(message);
});

it('tells a right that is missing as not checked, and a quota as what is wrong', async () => {
  const forbidden = 'pods is forbidden: User "x" cannot create resource "pods"';
  expect(await probe({ create: fails(forbidden, 403) })).toEqual({
    calls: ['create'],
    told: [expect.stringMatching(/^note not checked: this needs create, get and delete on pods/)],
  });
  const { api } = cluster({ create: fails('pods is forbidden: exceeded quota', 403) });
  expect((await probeRegistries(api, [team()], true, 0)).findings).toMatchObject([
    {
      severity: 'error',
      message: expect.stringContaining('exceeded quota'),
      remedy: expect.stringMatching(/^make what/),
    },
  ]);
});

it('makes nothing unless it is asked to', async () => {
  const { api, calls } = cluster({});
  const { findings } = await probeRegistries(api, [team()], false);
  expect(calls).toEqual([]);
  expect(findings).toMatchObject([{ severity: 'note', notChecked: true }]);
});
