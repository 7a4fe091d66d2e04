import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { LABELS } from '../../words/labels';
import type { Team } from '../../fleet/model';
import { promotesTo } from '../../fleet/model';
import { orchestratorHost } from '../../fleet/orchestrator-host';
import { podTemplateOf } from '../pipelines/pod-templates';
import { backendOf, openKind } from '../backends/backends';
import type { TeamConfig } from '../../runs/configuration/configuration';
import type { Images } from '../tasks/shared/images';
import { object } from '../../kube/object';
import { orchestratorMetadata, orchestratorService } from './orchestrator-service';

/**
 * Renders the orchestrator of a team, and the ConfigMap that it reads. With `mode: shared` that of the cluster serves the
 * team too: only the ConfigMap is rendered here, and its rights are in access.ts.
 */
export function orchestrator(scope: Construct, team: Team, images: Images): void {
  const { enabled, mode, ...settings } = team.orchestrator;
  if (!enabled) return;
  const { namespace } = team;
  const metadata = orchestratorMetadata(namespace);
  object(
    scope,
    k8s.KubeConfigMap,
    { ...metadata, labels: { ...metadata.labels, [LABELS.config]: mode } },
    { data: { 'team.json': `${JSON.stringify(configOf(team), null, 1)}\n` } },
  );
  if (mode === 'team')
    orchestratorService(scope, {
      ...settings,
      namespace,
      host: orchestratorHost(team),
      site: team.site,
      isArchived: team.isArchived,
      cluster: team.cluster,
      history: team.history,
      reports: team.storage.reports.show ? team.storage.reports : undefined,
      team: team.name,
      image: images('orchestrator'),
      secrets: team.secrets.names,
    });
}

/** What a webhook is turned into runs by: the resolved stacks, and the limits. */
export function configOf(team: Team): TeamConfig {
  const { name, namespace, cluster, interceptBackend, maxConcurrentRuns, runs, forks, stacks, git, queue } = team;
  const targets = promotesTo(team);
  return {
    name,
    namespace,
    cluster,
    interceptBackend,
    maxConcurrentRuns,
    runs,
    forks,
    ...(queue.kind !== 'slots' && { queue: { kind: queue.kind } }),
    ...(git.webURL !== undefined && { git: { webURL: git.webURL } }),
    ...(targets.length > 0 && { promotesTo: targets }),
    previews: {
      namespaces: team.environments,
      kind: openKind(backendOf(team)),
      podTemplate: podTemplateOf(team.site),
    },
    // a Deployment may be larger than all else that is said of its app
    stacks: stacks.map((stack) => ({ ...stack, apps: stack.apps.map(({ deploy, ...app }) => app) })),
  };
}
