import type { WebhookConfiguration } from '../../lib/doctor/admission';
import type { LocalQueue } from '../../lib/doctor/queue';
import { checkLocalQueue, checkSlots } from '../../lib/doctor/queue';
import { read, refused } from './support';

/** One alone lets the runs of a team go on. */

const team = { namespace: 'ci-shop', cluster: 'one' };
const queue = (status?: string, message?: string): LocalQueue => ({
  status: { conditions: status === undefined ? [] : [{ type: 'Active', status, message }] },
});

describe('Kueue', () => {
  it.each<[string, LocalQueue | undefined, string | undefined]>([
    ['takes runs', queue('True'), undefined],
    ['has no queue of the team', undefined, 'is missing'],
    ['is not there', queue(), 'Kueue says nothing of it'],
    [
      'lets none go on',
      queue('False', 'ClusterQueue tekton-dag-shop does not exist'),
      'tekton-dag-shop does not exist',
    ],
  ])('%s', (_, one, message) =>
    expect(checkLocalQueue(team, 'kubectl apply', read(one)).map((finding) => finding.message)).toEqual(
      message === undefined ? [] : [expect.stringContaining(message)],
    ),
  );

  it('cannot be asked by whoever has no right to', () =>
    expect(checkLocalQueue(team, '', refused)).toMatchObject([{ severity: 'note', notChecked: true }]));
});

describe('the orchestrator', () => {
  const configuration = (name: string, namespaceSelector?: object): WebhookConfiguration => ({
    metadata: { name: 'tekton-kueue-mutating' },
    webhooks: [{ name, clientConfig: {}, namespaceSelector }],
  });
  const other = { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] };

  it.each<[string, WebhookConfiguration, number]>([
    ['shares its runs with tekton-kueue', configuration('pipelinerun-kueue-defaulter.tekton-kueue.io'), 1],
    [
      'does not where the webhook leaves the namespace out',
      configuration('pipelinerun-kueue-defaulter.tekton-kueue.io', other),
      0,
    ],
    ['has nothing against other webhooks', configuration('webhook.pipeline.tekton.dev'), 0],
  ])('%s', (_, one, count) => {
    const found = checkSlots(team, { team: 'shop' }, read([one]));
    expect(found).toHaveLength(count);
    for (const finding of found)
      expect(finding).toMatchObject({
        severity: 'error',
        subject: 'namespace ci-shop',
        message: expect.stringContaining('tekton-kueue-mutating'),
        remedy: expect.stringContaining('file of cluster one'),
      });
  });
});
