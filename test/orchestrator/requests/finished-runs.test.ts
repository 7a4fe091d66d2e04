import type { RunRequest } from '../../../lib/runs/ask/run-request';
import { finishedRequests } from '../../../orchestrator/src/requests/finished-runs';
import { request } from '../support/team';

const requestIn = (namespace: string, name: string, phase?: 'Running' | 'Succeeded' | 'Refused'): RunRequest => {
  const { metadata, ...rest } = request(name);
  return { ...rest, metadata: { ...metadata, namespace }, status: phase && { phase } };
};
const requests = [
  requestIn('a', 'waits'),
  requestIn('a', 'runs', 'Running'),
  requestIn('a', 'done', 'Succeeded'),
  requestIn('b', 'refused', 'Refused'),
  requestIn('c', 'other', 'Succeeded'),
];
const finished = finishedRequests({
  list: () => requests,
  get: (namespace, name) => requests.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
});

it('lists the requests of the given namespaces that are over', async () => {
  expect((await finished.list(new Set(['a', 'b']))).map(({ metadata }) => metadata.name)).toEqual(['done', 'refused']);
});

it('finds a request that is over, and no other', async () => {
  expect((await finished.get('a', 'done'))?.metadata.name).toBe('done');
  expect(await finished.get('a', 'runs')).toBeUndefined();
  expect(await finished.get('b', 'done')).toBeUndefined();
});
