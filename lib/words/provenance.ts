/**
 * The words of provenance, as Tekton Chains writes it of a TaskRun of `push-image`: what emits it, what asks for it and what checks it
 * must agree on them. https://slsa.dev/spec/v1.0/provenance
 */

/** The Task whose TaskRuns are believed: no foreign code runs in its pod. */
export const PUSH_IMAGE = 'push-image';

/** Of format `slsa/v2alpha3`. */
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/** How Chains writes the address that a repository is cloned by. */
export const sourceUri = (cloneUrl: string): string => `git+${cloneUrl}${cloneUrl.endsWith('.git') ? '' : '.git'}`;

/** The ConfigMap of a team's namespace with the key that provenance is checked by. */
export const BUILDER_KEY = { configMap: 'tekton-dag-builder', key: 'cosign.pub' } as const;
