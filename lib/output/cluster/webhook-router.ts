import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ClusterFile } from '../../fleet/cluster';
import { routerHost } from '../../fleet/cluster';
import type { Team } from '../../fleet/model';
import { reachedOrchestrators } from '../../fleet/orchestrator-host';
import { siteOf } from '../../fleet/site';
import type { MemberEntry, WebhookRouter } from '../../fleet/webhook-router';
import { GIT_HOST } from '../../fleet/webhook-router';
import { repositoriesOf } from '../../runs/configuration/repositories';
import { WEBHOOK_ROUTER } from '../../words/names';
import { resolveImages } from '../tasks/shared/images';
import { object } from '../../kube/object';
import { webhookIngress } from '../team/ingress';
import { webhookRouterPolicies } from '../team/network';
import { configOf } from '../team/orchestrator';
import { externalSecrets } from '../secrets/external-secrets';
import { routerSecrets } from '../secrets/secrets-of';
import { ROUTER_SECRET } from '../secrets/table';
import { WEBHOOK_SECRETS_DIR, mounted, selectorOf, serverMetadata, webhookServer } from '../team/webhook-server';
import { restrictedNamespace } from './restricted-namespace';

const MEMBERS = { volume: 'members', file: 'members.json' } as const;

/** The file of a cluster that has a router. */
export type RouterFile = ClusterFile & { readonly webhookRouter: WebhookRouter };

/**
 * Renders the router of a cluster, in a namespace of its own: it holds the Secret of every webhook. Its account has no rights and no
 * token, for it asks no API server.
 * @param teams each on the cluster that it names first
 */
export function webhookRouter(scope: Construct, file: RouterFile, teams: readonly Team[]): void {
  const { image, replicas } = file.webhookRouter;
  const identity = { name: WEBHOOK_ROUTER, component: 'webhook-router', namespace: WEBHOOK_ROUTER };
  const metadata = serverMetadata(identity);
  restrictedNamespace(scope, WEBHOOK_ROUTER);
  object(scope, k8s.KubeServiceAccount, metadata, { automountServiceAccountToken: false });
  webhookRouterPolicies(scope, WEBHOOK_ROUTER, selectorOf(WEBHOOK_ROUTER), file.network?.egressCIDRs ?? []);
  externalSecrets(scope, routerSecrets(file));
  object(scope, k8s.KubeConfigMap, metadata, {
    data: { [MEMBERS.file]: `${JSON.stringify({ members: membersOf(file.webhookRouter, teams) }, null, 1)}\n` },
  });
  webhookServer(scope, {
    ...identity,
    replicas,
    image: resolveImages({ images: { mirror: file.images?.mirror, overrides: {} }, orchestrator: { image } })(
      'orchestrator',
    ),
    site: siteOf(file),
    hasToken: false,
    webhookSecret: ROUTER_SECRET,
    environment: {
      MODE: 'router',
      MEMBERS_FILE: mounted(MEMBERS.volume, MEMBERS.file),
      WEBHOOK_SECRETS_DIR,
      LOG_LEVEL: 'info',
    },
    volumes: [{ name: MEMBERS.volume, configMap: { name: WEBHOOK_ROUTER } }],
  });
  const host = routerHost(file);
  if (host !== undefined)
    webhookIngress(scope, {
      name: WEBHOOK_ROUTER,
      namespace: WEBHOOK_ROUTER,
      host,
      className: file.ingress?.className,
      hasPage: false,
    });
}

/** The orchestrators of the fleet, each with the repositories of its teams, and whom the file lists. */
const membersOf = ({ members }: WebhookRouter, teams: readonly Team[]): readonly MemberEntry[] => [
  ...reachedOrchestrators(teams).map(({ name, host, teams: served }) => ({
    name,
    url: `https://${host}/webhook/${GIT_HOST}`,
    repositories: [...new Set(served.flatMap((team) => repositoriesOf(configOf(team))))].sort(),
  })),
  ...members.map(({ insecure, ...member }) => ({ ...member, ...(insecure && { insecure }) })),
];
