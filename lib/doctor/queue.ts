import type { Team } from '../fleet/model';
import { LOCAL_QUEUE, TEKTON_KUEUE_WEBHOOK } from '../words/kueue';
import type { WebhookConfiguration } from './admission';
import { selects } from './admission';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';

/** Who lets the runs of a team go on: the one that the cluster's file says, and no other beside it. */

const found = findings('queue');

/** What is read of a LocalQueue. */
export interface LocalQueue {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** Where Kueue decides: it takes runs into the queue of the team. @param read undefined: there is none */
export function checkLocalQueue(
  { namespace }: Pick<Team, 'namespace'>,
  apply: string,
  read: Read<LocalQueue | undefined>,
): readonly Finding[] {
  const subject = `LocalQueue ${namespace}/${LOCAL_QUEUE}`;
  return judged('queue', subject, read, (queue) => {
    if (queue === undefined) return [found('error', subject, 'is missing: no run is let go on', apply)];
    const active = queue.status?.conditions?.find(({ type }) => type === 'Active');
    if (active?.status === 'True') return [];
    return active === undefined
      ? [found('error', subject, 'Kueue says nothing of it', 'install Kueue: docs/queue.md#kueue-in-place-of-slots')]
      : [found('error', subject, `lets no run go on: ${active.message}`, 'kubectl describe clusterqueues')];
  });
}

/**
 * Where the orchestrator decides: tekton-kueue does not hand its runs to Kueue, too.
 * @param labels of the team's namespace
 */
export function checkSlots(
  { namespace, cluster }: Pick<Team, 'namespace' | 'cluster'>,
  labels: Readonly<Record<string, string>>,
  read: Read<readonly WebhookConfiguration[]>,
): readonly Finding[] {
  const subject = `namespace ${namespace}`;
  return judged('queue', subject, read, (configurations) =>
    configurations.flatMap(({ metadata, webhooks = [] }) =>
      webhooks
        .filter(({ name, namespaceSelector }) => name === TEKTON_KUEUE_WEBHOOK && selects(namespaceSelector, labels))
        .map(() =>
          found(
            'error',
            subject,
            `MutatingWebhookConfiguration ${metadata.name} hands its runs to Kueue, while the orchestrator counts them`,
            `say queue: { kind: kueue } in the file of cluster ${cluster}, or leave the namespace out in namespaceSelector`,
          ),
        ),
    ),
  );
}
