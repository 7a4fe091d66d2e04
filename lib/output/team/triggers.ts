import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { EventListener, TriggerBinding, TriggerTemplate } from '../../../imports/triggers.tekton.dev';
import { ANNOTATIONS, LABELS, MANAGED_BY, MANAGER } from '../../words/labels';
import { MEMBERS } from '../../runs/events/members';
import type { App, Stack, Team } from '../../fleet/model';
import { hash32 } from '../../words/names';
import { RUN_REQUEST, repoLabel } from '../../runs/ask/run-request';
import type { Kind, Metadata } from '../../kube/emit';
import { object } from '../../kube/object';

/**
 * For those who must enter through Tekton Triggers: a listener that makes the RunRequests which the orchestrator would make
 * of the same event, of pull requests that are opened, pushed to or merged. It knows no comments, no paths inside a
 * repository and no groups of pull requests.
 * https://tekton.dev/docs/triggers/
 */

/** Their CRDs say nothing of what is in them, so the generated classes would leave it all away. */
const open = ({ GVK }: Kind<object>): Kind<{ readonly spec: object }> => ({ GVK, manifest: (props) => props });

const LISTENER = 'tekton-dag';
const BINDING = 'tekton-dag-pull-request';
const ACCOUNT = 'tekton-dag-triggers';
/** Labels that Triggers gives the listener's pods, and their port. */
export const LISTENER_SELECTOR = { eventlistener: LISTENER } as const;
export const LISTENER_PORT = 8080;

const at = (team: Team, name: string): Metadata & { namespace: string } => ({
  name,
  namespace: team.namespace,
  annotations: { [ANNOTATIONS.syncWave]: '3' },
});

/**
 * Renders the listener's account. It has the verb `release` on requests, as the orchestrator has: what it says of trust
 * comes from events whose signature was checked.
 */
export function triggersAccess(scope: Construct, team: Team): void {
  if (!team.triggers) return;
  const { namespace } = team;
  const read = ['get', 'list', 'watch'];
  const metadata = { name: ACCOUNT, namespace };
  object(scope, k8s.KubeServiceAccount, metadata, { automountServiceAccountToken: true });
  object(scope, k8s.KubeRole, metadata, {
    rules: [
      {
        apiGroups: ['triggers.tekton.dev'],
        resources: ['eventlisteners', 'triggers', 'triggerbindings', 'triggertemplates', 'interceptors'],
        verbs: read,
      },
      { apiGroups: [RUN_REQUEST.group], resources: [RUN_REQUEST.plural], verbs: ['create', 'release'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ],
  });
  const subjects = [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }];
  const apiGroup = 'rbac.authorization.k8s.io';
  object(scope, k8s.KubeRoleBinding, metadata, { roleRef: { apiGroup, kind: 'Role', name: ACCOUNT }, subjects });
  const everywhere = { name: `tekton-dag-${team.name}-triggers`, namespace: undefined };
  object(scope, k8s.KubeClusterRole, everywhere, {
    rules: [
      { apiGroups: ['triggers.tekton.dev'], resources: ['clusterinterceptors', 'clustertriggerbindings'], verbs: read },
    ],
  });
  object(scope, k8s.KubeClusterRoleBinding, everywhere, {
    roleRef: { apiGroup, kind: 'ClusterRole', name: everywhere.name },
    subjects,
  });
}

/** Apps of one stack that one repository holds. */
interface Share {
  readonly stack: Stack;
  readonly repo: string;
  readonly apps: readonly App[];
}

function sharesOf(stack: Stack): readonly Share[] {
  const byRepo = new Map<string, App[]>();
  for (const app of stack.apps) byRepo.set(app.repo, [...(byRepo.get(app.repo) ?? []), app]);
  return [...byRepo].map(([repo, apps]) => ({ stack, repo, apps }));
}

/** Renders the EventListener, the TriggerBinding of pull requests, and two TriggerTemplates a repository and stack. */
export function triggers(scope: Construct, team: Team): void {
  if (!team.triggers) return;
  const shares = team.stacks.flatMap(sharesOf);
  object(scope, open(TriggerBinding), at(team, BINDING), {
    spec: { params: Object.entries(PARAMS).map(([name, value]) => ({ name, value })) },
  });
  for (const share of shares) {
    for (const event of ['tested', 'merged'] as const)
      object(scope, open(TriggerTemplate), at(team, templateName(share, event)), {
        spec: template(team, share, event),
      });
  }
  object(scope, open(EventListener), at(team, LISTENER), {
    spec: {
      serviceAccountName: ACCOUNT,
      // what is empty here its webhook writes out, and Argo CD would see a difference for ever
      namespaceSelector: {},
      triggers: shares.flatMap((share) => (['tested', 'merged'] as const).map((event) => trigger(team, share, event))),
      resources: {
        kubernetesResource: {
          serviceType: 'ClusterIP',
          spec: {
            template: {
              metadata: {},
              spec: {
                containers: [
                  { name: '', resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
                ],
              },
            },
          },
        },
      },
    },
  });
}

type Event = 'tested' | 'merged';

const hashOf = ({ stack, repo }: Share): string => hash32(`${stack.name} ${repo.toLowerCase()}`, 3);
const templateName = (share: Share, event: Event): string =>
  `${share.stack.name}-${(share.apps[0] as App).name}-${event}`;

const HEAD_REPO = 'body.pull_request.head.repo';
/** As the orchestrator decides it: of those who may push to the repository anyway. */
const IS_TRUSTED = `(body.pull_request.author_association in ${JSON.stringify(MEMBERS)} || (${HEAD_REPO} != null && ${HEAD_REPO}.full_name == body.repository.full_name))`;

const when = ({ forks }: Team, event: Event): string =>
  event === 'merged'
    ? "body.action == 'closed' && body.pull_request.merged"
    : `body.action in ['opened', 'synchronize', 'reopened']${forks === 'deny' ? ` && ${IS_TRUSTED}` : ''}`;

/** The value of an event as it stands in JSON: quotes in a text are escaped, a number is one. */
const PARAMS = {
  number: '$(body.pull_request.number)',
  /**
   * Template values are texts, and these are put between their quotes as they are: so a number gets there that has to be one.
   * What an event holds cannot: it is escaped.
   */
  'pull-request':
    '$(body.repository.full_name)", "number": $(body.pull_request.number), "baseRef": "$(body.pull_request.base.ref)", "headRef": "$(body.pull_request.head.ref)',
  head: '$(body.pull_request.head.sha)',
  'short-head': '$(extensions.head)',
  merge: '$(extensions.merge)',
  'short-merge': '$(extensions.shortMerge)',
  trust: '$(extensions.trust)',
  sender: '$(body.sender.login)',
  time: '$(body.pull_request.updated_at)',
  delivery: '$(header.X-GitHub-Delivery)',
} as const;

const overlays = Object.entries({
  // as long as the name of a run leaves room for
  head: 'body.pull_request.head.sha.truncate(7)',
  // there is none before the merge is tried
  merge: "body.pull_request.merge_commit_sha == null ? '' : body.pull_request.merge_commit_sha",
  shortMerge: "body.pull_request.merge_commit_sha == null ? '' : body.pull_request.merge_commit_sha.truncate(7)",
  trust: `${IS_TRUSTED} ? 'trusted' : 'untrusted'`,
}).map(([key, expression]) => ({ key, expression }));

/** Whose event it is comes first: of forty repositories thirty-nine need not be asked for a signature. */
function trigger(team: Team, share: Share, event: Event): object {
  const filter = `body.repository.full_name == '${share.repo}' && ${when(team, event)} && body.pull_request.base.ref == body.repository.default_branch`;
  const interceptor = (name: string, params: Readonly<Record<string, unknown>>) => ({
    ref: { name, kind: 'ClusterInterceptor' },
    params: Object.entries(params).map(([key, value]) => ({ name: key, value })),
  });
  return {
    name: `${(share.apps[0] as App).name}-${hashOf(share)}-${event}`,
    interceptors: [
      interceptor('cel', { filter, overlays }),
      interceptor('github', {
        secretRef: { secretName: team.secrets.names.webhook, secretKey: 'current' },
        eventTypes: ['pull_request'],
      }),
    ],
    bindings: [{ ref: BINDING, kind: 'TriggerBinding' }],
    template: { ref: templateName(share, event) },
  };
}

const param = (name: keyof typeof PARAMS): string => `$(tt.params.${name})`;

/** A request to test all apps of the repository, or one a release of each. Named by what it is for: asking twice is asking once. */
function template(team: Team, share: Share, event: Event): object {
  const names = share.apps.map(({ name }) => name);
  const shared = { team: team.name, stack: share.stack.name, pullRequest: { repo: param('pull-request') } };
  const source = {
    event: 'pull_request',
    delivery: param('delivery'),
    sender: param('sender'),
    eventTime: param('time'),
  };
  const requests =
    event === 'tested'
      ? [
          request(team, share, `pr-${param('number')}-${param('short-head')}${hashOf(share)}`, {
            ...shared,
            pipeline: 'pr-test',
            apps: names,
            revision: param('head'),
            source,
            trust: param('trust'),
          }),
        ]
      : names.map((app) =>
          request(team, share, `release-${param('short-merge')}${hash32(`${share.stack.name} ${app}`, 3)}`, {
            ...shared,
            pipeline: 'merge-release',
            apps: [app],
            revision: param('merge'),
            source,
            trust: 'trusted',
          }),
        );
  return { params: Object.keys(PARAMS).map((name) => ({ name })), resourcetemplates: requests };
}

function request(
  team: Team,
  { stack, repo, apps }: Share,
  name: string,
  spec: Readonly<Record<string, unknown>>,
): object {
  const key = `${hostOf(apps[0] as App)}/${repo}`.toLowerCase();
  const labels = {
    [MANAGED_BY]: MANAGER,
    [LABELS.team]: team.name,
    [LABELS.stack]: stack.name,
    [LABELS.pipeline]: spec.pipeline,
    [LABELS.pullRequest]: param('number'),
    [LABELS.repo]: repoLabel(key),
  };
  return {
    apiVersion: `${RUN_REQUEST.group}/${RUN_REQUEST.version}`,
    kind: RUN_REQUEST.kind,
    metadata: { name, namespace: team.namespace, labels, annotations: { [ANNOTATIONS.repository]: key } },
    spec,
  };
}

/** Of `https://host/owner/name.git` or `git@host:owner/name.git`. */
const hostOf = ({ cloneUrl }: App): string => /^(?:\w+:\/\/)?(?:[^@/]*@)?([^:/]+)/.exec(cloneUrl)?.[1] ?? '';
