import type { Emitted, Manifest } from '../manifest';
import type { ObjectLookup } from './lookup';
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
const ENFORCE = 'pod-security.kubernetes.io/enforce';
const parts = (manifest: Manifest, field: string): readonly unknown[] =>
  list(at(manifest, 'spec', field) as readonly unknown[] | undefined);

const ALL_POWERFUL = new Set(['cluster-admin', 'admin', 'edit']);

export const accessRules: Rules<Emitted, ObjectLookup> = {
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
  'node-of-task': ({ manifest }, report, objects) => {
    const { kind, metadata } = manifest;
    if (kind !== 'Task') return;
    const namespace = objects.find('Namespace', undefined, metadata.namespace ?? '');
    const level = namespace?.metadata.labels?.[ENFORCE] ?? 'privileged';
    if (level === 'privileged') return;
    const refuse = (path: string): void => report(path, `its namespace has Pod Security ${level}, which refuses it`);
    parts(manifest, 'volumes').forEach((volume, i) => {
      if (at(volume, 'hostPath') !== undefined) refuse(`spec.volumes[${i}].hostPath`);
    });
    for (const field of ['steps', 'sidecars'])
      parts(manifest, field).forEach((container, i) => {
        if (at(container, 'securityContext', 'privileged') === true)
          refuse(`spec.${field}[${i}].securityContext.privileged`);
      });
  },
};
