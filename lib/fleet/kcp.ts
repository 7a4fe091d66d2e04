import { z } from 'zod';
import type { Document } from './document';
import type { Problem } from '../words/problem';
import { objectName } from '../words/scalars';

/** `kcp` of a cluster file: workspaces in which the teams of the cluster see Tekton's kinds and ours, without a cluster of their own. */

/** https://docs.kcp.io/kcp/latest/concepts/workspaces/ */
const workspacePath = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(:[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/)
  .meta({ expected: 'a path of workspaces such as root:ci' });

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', '*'] as const;

/** What whoever serves the kinds may do in the workspace of a team, beside these kinds. */
const permissionClaim = z.strictObject({
  /** Empty for kinds of Kubernetes itself. @default - empty */
  group: z.union([z.literal(''), objectName]).default(''),
  resource: z
    .string()
    .regex(/^[a-z][-a-z0-9]*[a-z0-9]$/)
    .meta({ expected: 'the plural of a kind, such as configmaps' }),
  verbs: z.array(z.enum(VERBS)).min(1),
});

/** `kcp` of a cluster file. */
export const kcpSchema = z.strictObject({
  /** It is there; the workspaces of the teams and of the exported kinds are made below it. */
  workspace: workspacePath,
  /** @default - none */
  permissionClaims: z.array(permissionClaim).default([]),
});
/** What a cluster file says of kcp. */
export type Kcp = z.output<typeof kcpSchema>;

/** Checks that the schemas of what is exported are known. */
export function checkKcp(document: Document): readonly Problem[] {
  if (document.get(['kcp']) === undefined) return [];
  const isByOperator = document.get(['tekton', 'install']) === 'operator';
  if (document.get(['tekton']) !== undefined && !isByOperator) return [];
  return [
    document.keyError(
      ['kcp'],
      `needs tekton${isByOperator ? ' by a release' : ''}: the exported kinds are those of that file's release`,
      { expected: isByOperator ? 'tekton.install: release, or no kcp' : 'tekton.release beside it' },
    ),
  ];
}
