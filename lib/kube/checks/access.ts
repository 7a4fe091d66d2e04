import type { Emitted } from '../manifest';
import { at, list } from '../manifest';
import type { Rules } from './rule';

/** No right that nobody can survey. https://kubernetes.io/docs/concepts/security/rbac-good-practices/ */

interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const FIELDS = ['apiGroups', 'resources', 'verbs', 'nonResourceURLs'] as const;
const ALL_POWERFUL = new Set(['cluster-admin', 'admin', 'edit']);

export const accessRules: Rules<Emitted> = {
  wildcard: ({ manifest }, report) => {
    if (manifest.kind !== 'Role' && manifest.kind !== 'ClusterRole') return;
    list(manifest.rules as readonly PolicyRule[] | undefined).forEach((rule, i) => {
      for (const field of FIELDS) {
        const found = list(rule[field]).find((value) => value.includes('*'));
        if (found !== undefined) report(`rules[${i}].${field}`, `a ${manifest.kind} names what it allows`, { found });
      }
    });
  },
  'powerful-role': ({ manifest }, report) => {
    if (!manifest.kind.endsWith('RoleBinding')) return;
    const role = at(manifest, 'roleRef', 'name') as string | undefined;
    if (at(manifest, 'roleRef', 'kind') === 'ClusterRole' && ALL_POWERFUL.has(role ?? ''))
      report('roleRef.name', 'nobody is bound to a role that may do everything', { found: role });
  },
};
