import { ANNOTATIONS } from '../../words/labels';

/** Argo CD waits until what is in a wave is healthy. https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ */

/** Of what the operator installs: before a cluster's other parts, which are in wave 0. */
export const OPERATOR_WAVES = { namespaces: -5, catalog: -4, subscription: -3, config: -2, access: -1 } as const;

/** With it, everything that it has installed goes, and every object of its kinds; so Argo CD never deletes it. */
export const KEPT = 'Prune=false,Delete=false';

/** Annotations of an object in a wave, with its sync options. */
export const inWave = (wave: number, ...options: readonly string[]) => ({
  annotations: {
    [ANNOTATIONS.syncWave]: String(wave),
    ...(options.length > 0 && { [ANNOTATIONS.syncOptions]: options.join(',') }),
  },
});
