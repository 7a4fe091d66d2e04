import { LABELS } from '../words/labels';
import type { Manifest } from '../kube/manifest';
import type { Change } from './change';

/**
 * Deployments of apps that have left their stack, where runs rather than Git have made them: no output ever held them, so
 * nothing removes them. Their Service, which goes, tells of them.
 */
export function leftRunning(changes: readonly Change[]): ReadonlyMap<Change, Manifest> {
  const deployments = new Set(changes.filter(({ object }) => object.kind === 'Deployment').map(placeOf));
  const services = changes.filter(
    ({ object: { kind, metadata } }) => kind === 'Service' && metadata.labels?.[LABELS.app] === metadata.name,
  );
  // under another team's name it is the same Service
  const remaining = new Set(services.filter(({ action }) => action !== 'removed').map(placeOf));
  return new Map(
    services
      .filter((change) => !remaining.has(placeOf(change)) && !deployments.has(placeOf(change)))
      .map((change) => {
        const { name, namespace } = change.object.metadata;
        return [change, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } }];
      }),
  );
}

const placeOf = ({ cluster, object: { metadata } }: Change): string =>
  `${cluster ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
