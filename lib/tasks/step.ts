import type { Resources } from '../tekton/task';

/** What steps have in common. */

/** For a step that runs our own script and waits for others. */
export const SMALL: Resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } };
/** For a step that runs what a team brings. */
export const LARGE: Resources = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '4', memory: '4Gi' } };
/** For a test of a team. */
export const MEDIUM: Resources = { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '2Gi' } };

/**
 * A step that satisfies Pod Security `restricted`. All steps of a pod share the user, so that one can read what another
 * wrote. https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const RESTRICTED = {
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** A home that every user may write to, in the pod's own /workspace. */
export const HOME = { HOME: '/workspace/home' } as const;

/** Where the repository is checked out. */
export const SOURCE = '/workspace/source';
