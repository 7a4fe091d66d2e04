import { POD_USER } from '../../../words/names';
import type { Resources } from '../../../tekton/task';

/**
 * What steps have in common. Kubernetes adds up what all steps of a pod request, although they run one after another: so
 * the largest asks for all, and those that run beside it for little, with the same limits.
 */

/** For a step that runs our own script and waits for others. */
export const SMALL: Resources = { requests: { cpu: '25m', memory: '64Mi' }, limits: { cpu: '1', memory: '256Mi' } };
/** For the one step of a pod that needs most: it runs what a team brings. */
export const LARGE: Resources = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '4', memory: '4Gi' } };
/** For a step as large, in a pod that asked already. */
export const BESIDE_LARGE: Resources = { requests: SMALL.requests, limits: LARGE.limits };
/** For a test of a team. */
export const MEDIUM: Resources = { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '2Gi' } };

/**
 * A step that satisfies Pod Security `restricted`. All steps of a pod share the user, so that one can read another's files.
 * The user is `nobody`, which every image knows, since ssh refuses a user without an entry in /etc/passwd.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const RESTRICTED = {
  runAsNonRoot: true,
  runAsUser: POD_USER,
  runAsGroup: POD_USER,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** A home that every user may write to, in the pod's own /workspace. */
export const HOME = { HOME: '/workspace/home' } as const;
/**
 * A home that no other step sees, for a step that holds a credential. Code of a pull request has run in the pod, and could
 * have left settings of git or of the registry's client in the shared home.
 */
export const OWN_HOME = { HOME: '/tmp/home' } as const;

/** Where the repository is checked out. */
export const SOURCE = '/workspace/source';
