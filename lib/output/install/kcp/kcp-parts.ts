import { App, Chart } from 'cdk8s';
import type { Cluster } from '../../../fleet/cluster';
import type { Kcp } from '../../../fleet/kcp';
import type { Team } from '../../../fleet/model';
import { manifestsOf } from '../../../kube/files';
import { inOrder } from '../../../kube/in-order';
import type { Manifest } from '../../../kube/manifest';
import { RUN_REQUEST } from '../../../runs/ask/run-request';
import { MANAGED_BY, MANAGER } from '../../../words/labels';
import { OWN_PREFIX } from '../../../words/names';
import { requestMetadataPolicy, requestPolicy } from '../../cluster/request-policy';
import { runRequestCrd } from '../../cluster/run-request-crd';
import type { FolderKind, ObjectsPart } from '../../layout';
import { YAML, folderOf } from '../../layout';
import type { ExportedKind } from './resource-schema';
import { exportedKind } from './resource-schema';

/**
 * What a kcp holds for the teams of a cluster: a workspace for each, in which Tekton's kinds and ours are served without a cluster,
 * and one beside them that exports these kinds. Each folder is applied in a workspace of its own.
 * https://docs.kcp.io/kcp/latest/concepts/
 */

const APIS = 'apis.kcp.io/v1alpha2';
const TENANCY = 'tenancy.kcp.io/v1alpha1';
const RBAC = 'rbac.authorization.k8s.io';
/** Of the export, and of what binds it. */
const EXPORT = 'tekton-dag';
/** The workspace of the exported kinds, beside those of teams. */
const PROVIDER = `${OWN_PREFIX}apis`;
const GROUP = 'tekton.dev';

/** @param teams of the whole fleet, on each of their clusters */
export const kcpParts = (clusters: readonly Cluster[], teams: readonly Team[]): readonly ObjectsPart[] =>
  clusters.flatMap((cluster) => {
    const { settings, tekton, instances, name } = cluster;
    // kinds are what several Tektons share
    const release = tekton?.manifest ?? instances?.shared.manifest;
    if (settings?.kcp === undefined || release === undefined) return [];
    const there = teams.filter((team) => team.cluster === name);
    return partsOf(name, settings.kcp, definitions(release.objects).map(exportedKind), there);
  });

/** Objects of ours that a cluster has, too. */
function rendered(...renders: readonly ((scope: Chart) => void)[]): readonly Manifest[] {
  const app = new App();
  const chart = new Chart(app, 'kcp', { disableResourceNameHashes: true });
  for (const render of renders) render(chart);
  return [...manifestsOf(app).values()].flat();
}

/** Tekton's own, as they are in the release, and ours. */
function definitions(release: readonly Manifest[]): readonly Manifest[] {
  const isTekton = ({ kind, spec }: Manifest): boolean =>
    kind === 'CustomResourceDefinition' && (spec as { readonly group?: string }).group === GROUP;
  return [...release.filter(isTekton), ...rendered(runRequestCrd)];
}

function partsOf(
  cluster: string,
  kcp: Kcp,
  kinds: readonly ExportedKind[],
  teams: readonly Team[],
): readonly ObjectsPart[] {
  const part = (
    kind: Extract<FolderKind, `kcp${string}`>,
    workspace: string,
    file: string,
    objects: readonly Manifest[],
    team = '',
  ): ObjectsPart => ({
    folder: folderOf(kind, { cluster, team }),
    file: `${file}${YAML}`,
    owner: 'platform',
    clusters: [],
    workspace: `${cluster} ${workspace}`,
    objects: objects.map(labelled).map(inOrder),
    existing: [],
  });
  const provider = `${kcp.workspace}:${PROVIDER}`;
  return [
    part('kcp', kcp.workspace, '00-workspaces', [PROVIDER, ...teams.map(({ name }) => name)].map(workspace)),
    {
      ...part(
        'kcpApis',
        provider,
        '10-schemas',
        kinds.map(({ schema }) => schema),
      ),
      isForeign: true,
    },
    part('kcpApis', provider, '20-export', [apiExport(kcp, kinds)]),
    // kcp holds objects of an exported kind, in whichever workspace they are, to the policies that are beside the export
    part('kcpApis', provider, '30-policies', rendered(requestPolicy, requestMetadataPolicy)),
    ...teams.map((team) =>
      part(
        'kcpTeam',
        `${kcp.workspace}:${team.name}`,
        '10-binding',
        [apiBinding(kcp, provider), ...access(team, kinds)],
        team.name,
      ),
    ),
  ];
}

const labelled = (object: Manifest): Manifest => ({
  ...object,
  metadata: { ...object.metadata, labels: { [MANAGED_BY]: MANAGER } },
});

/** A workspace of the type that has everything which Kubernetes has but pods. */
const workspace = (name: string): Manifest => ({
  apiVersion: TENANCY,
  kind: 'Workspace',
  metadata: { name },
  spec: { type: { name: 'universal', path: 'root' } },
});

const apiExport = ({ permissionClaims }: Kcp, kinds: readonly ExportedKind[]): Manifest => ({
  apiVersion: APIS,
  kind: 'APIExport',
  metadata: { name: EXPORT },
  spec: {
    resources: kinds.map(({ group, name, schema }) => ({
      group,
      name,
      schema: schema.metadata.name,
      storage: { crd: {} },
    })),
    ...(permissionClaims.length > 0 && { permissionClaims }),
  },
});

/** What the export claims, the binding accepts: both are the platform's. */
const apiBinding = ({ permissionClaims }: Kcp, provider: string): Manifest => ({
  apiVersion: APIS,
  kind: 'APIBinding',
  metadata: { name: EXPORT },
  spec: {
    reference: { export: { path: provider, name: EXPORT } },
    ...(permissionClaims.length > 0 && {
      permissionClaims: permissionClaims.map((claim) => ({
        ...claim,
        selector: { matchAll: true },
        state: 'Accepted',
      })),
    }),
  },
});

const TEAM_ROLE = `${OWN_PREFIX}team`;

/** The group of a team enters its workspace, sees what is there of these kinds, and asks for runs. */
function access({ group }: Team, kinds: readonly ExportedKind[]): readonly Manifest[] {
  if (group === undefined) return [];
  return [
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: TEAM_ROLE },
      rules: [
        { nonResourceURLs: ['/'], verbs: ['access'] },
        {
          apiGroups: [...new Set(kinds.map((kind) => kind.group))],
          resources: kinds.map(({ name }) => name),
          verbs: ['get', 'list', 'watch'],
        },
        { apiGroups: [RUN_REQUEST.group], resources: [RUN_REQUEST.plural], verbs: ['create', 'patch'] },
      ],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: TEAM_ROLE },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: TEAM_ROLE },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: group }],
    },
  ];
}
