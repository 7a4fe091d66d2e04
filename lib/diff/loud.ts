import type { Manifest } from '../kube/manifest';
import { isMapping } from '../words/mapping';
import { ANNOTATIONS } from '../words/labels';
import type { Change, Comparison } from './change';
import { whose } from './change';
import type { FieldChange } from './fields';
import { compareValues, formatPath } from './fields';
import { leftRunning } from './left-running';

/** What a reviewer must not overlook: changes that lose something, widen access, or that the API server refuses. */

export const LOUD = ['fleet', 'deletion', 'access', 'storage', 'immutable', 'renamed', 'interface', 'kept'] as const;

export interface Alarm {
  readonly rule: (typeof LOUD)[number];
  readonly change: Change;
  readonly text: string;
}

const ACCESS = [
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'ServiceAccount',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'AppProject',
  // what a token may do, and where
  'GithubAccessToken',
];
/** What leads requests to Services from elsewhere. */
const ENTRANCES = ['Ingress', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];
/** What holds data, or the data of what lives in it. */
const STATEFUL = ['PersistentVolumeClaim', 'StatefulSet', 'Namespace', 'ExternalSecret'];

/**
 * All alarms of all changes, the worst kinds first.
 * @param teams that come or go as a whole
 */
export function alarms(changes: readonly Change[], teams: Comparison['teams'] = new Map()): readonly Alarm[] {
  const renamed = renames(changes);
  const running = leftRunning(changes);
  const lost = new Set(
    changes
      .filter((change) => change.action === 'removed' && change.object.kind === 'Namespace' && !isKept(change, teams))
      .map(({ object }) => object.metadata.name),
  );
  const found = changes.flatMap((change): readonly Alarm[] => {
    const alarm = (rule: Alarm['rule'], text: string): Alarm => ({ rule, change, text });
    const previous = renamed.get(change);
    const deployment = running.get(change);
    return [
      ...(change.action === 'removed' && !lost.has(change.object.metadata.namespace ?? '')
        ? [
            isKept(change, teams)
              ? alarm(
                  'kept',
                  'stays on the cluster, and nobody looks after it any more (removal: orphan): kubectl delete removes it',
                )
              : alarm('deletion', `is removed${LOSS[change.object.kind] ?? ''}`),
          ]
        : []),
      ...(deployment === undefined || lost.has(deployment.metadata.namespace ?? '')
        ? []
        : [
            {
              rule: 'kept' as const,
              change: { ...change, object: deployment },
              text: `keeps running where a run has deployed it: kubectl delete deployment ${deployment.metadata.name} --namespace ${deployment.metadata.namespace}`,
            },
          ]),
      ...(previous === undefined
        ? []
        : [alarm('renamed', `takes the place of ${placeOf(previous.object)}, whose content stays behind`)]),
      ...access(change).map((text) => alarm('access', text)),
      ...change.fields.flatMap((field) => [
        ...storage(change, field).map((text) => alarm('storage', text)),
        ...(isImmutable(change.object.kind, field.path)
          ? [
              alarm(
                'immutable',
                `${formatPath(field.path)} cannot be changed: the API server refuses the change, or the object must be deleted and made again`,
              ),
            ]
          : []),
        ...shrunk(change, field).map((text) => alarm('interface', text)),
      ]),
    ];
  });
  return found.sort((a, b) => LOUD.indexOf(a.rule) - LOUD.indexOf(b.rule));
}

/** Whether Argo CD leaves an object where it is, when its team goes or it alone. */
function isKept(change: Change, teams: Comparison['teams']): boolean {
  const options = change.object.metadata.annotations?.[ANNOTATIONS.syncOptions]?.split(',') ?? [];
  const fate = teams.get(whose(change));
  return options.includes(fate === undefined || fate === 'added' ? 'Prune=false' : 'Delete=false');
}

const LOSS: Readonly<Record<string, string>> = {
  Namespace: ', and with it everything in it',
  PersistentVolumeClaim: ', and with it its data',
  Task: '. Runs that have started may still need it: apply this when none of them is under way',
  Pipeline: '. Runs that have not started yet may still need it',
};

/** By the new object: one of the same kind and content that the same team loses. */
function renames(changes: readonly Change[]): ReadonlyMap<Change, Change> {
  const stateful = changes.filter(({ object }) => STATEFUL.includes(object.kind));
  const gone = stateful.filter(({ action }) => action === 'removed');
  return new Map(
    stateful
      .filter(({ action }) => action === 'added')
      .flatMap((added): [Change, Change][] => {
        const at = gone.findIndex(
          (removed) =>
            whose(removed) === whose(added) &&
            removed.object.kind === added.object.kind &&
            removed.content === added.content,
        );
        return at === -1 ? [] : [[added, ...gone.splice(at, 1)] as [Change, Change]];
      }),
  );
}

function access({ action, object, fields, content }: Change): readonly string[] {
  if (object.kind === 'Namespace') {
    const levels = fields.filter(({ path }) => path[2]?.startsWith('pod-security.kubernetes.io/'));
    return levels.map(({ path, from, to }) => `${path[2]}: ${String(from)} → ${String(to)}`);
  }
  if (action === 'removed') return [];
  if (object.kind === 'Service') return exposed(action === 'added' ? compareValues({}, JSON.parse(content)) : fields);
  if (ENTRANCES.includes(object.kind) && action === 'added')
    return ['is added: it lets requests in from outside of the namespace'];
  if (![...ACCESS, ...ENTRANCES].includes(object.kind)) return [];
  if (action === 'added') return ['is added'];
  return fields
    .filter(({ path }) => path[0] !== 'metadata')
    .map((field) => `${formatPath(field.path)}: ${said(field)}`);
}

/** Of a Service, by which it is reached from outside of the cluster. */
const exposed = (fields: readonly FieldChange[]): readonly string[] =>
  fields
    .flatMap((field) => (field.path.length === 1 ? compareValues(field.from ?? {}, field.to ?? {}, field.path) : field))
    .filter(
      ({ path: [spec, key], to }) =>
        spec === 'spec' &&
        ((key === 'type' && ['LoadBalancer', 'NodePort'].includes(String(to))) ||
          (key === 'externalIPs' && to !== undefined)),
    )
    .map((field) => `${formatPath(field.path)}: ${said(field)}`);

const said = ({ from, to }: FieldChange): string =>
  [
    ...(from === undefined ? [] : [`- ${JSON.stringify(from)}`]),
    ...(to === undefined ? [] : [`+ ${JSON.stringify(to)}`]),
  ].join(' ');

const storage = ({ object }: Change, { path, from, to }: FieldChange): readonly string[] =>
  object.kind === 'PersistentVolumeClaim' && path[0] === 'spec'
    ? [`${formatPath(path)}: ${String(from)} → ${String(to)}; a claim can only grow`]
    : [];

/** Paths, and below them all but those that may change. */
const IMMUTABLE: Readonly<Record<string, { readonly paths: readonly string[]; readonly but?: readonly string[] }>> = {
  Deployment: { paths: ['spec.selector'] },
  DaemonSet: { paths: ['spec.selector'] },
  StatefulSet: {
    paths: ['spec'],
    but: [
      'spec.replicas',
      'spec.template',
      'spec.updateStrategy',
      'spec.minReadySeconds',
      'spec.ordinals',
      'spec.revisionHistoryLimit',
      'spec.persistentVolumeClaimRetentionPolicy',
    ],
  },
  Job: { paths: ['spec.selector', 'spec.template', 'spec.completionMode'] },
  Service: { paths: ['spec.clusterIP'] },
  RoleBinding: { paths: ['roleRef'] },
  ClusterRoleBinding: { paths: ['roleRef'] },
  PersistentVolumeClaim: { paths: ['spec'], but: ['spec.resources', 'spec.volumeAttributesClassName'] },
  PriorityClass: { paths: ['value', 'preemptionPolicy'] },
  StorageClass: { paths: ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'] },
  Secret: { paths: ['type'] },
  ExternalSecret: { paths: ['spec.target.name'] },
  TektonConfig: { paths: ['spec.targetNamespace'] },
  // OLM reads them when it installs, and goes on from there
  Subscription: { paths: ['spec.name', 'spec.startingCSV'] },
};

function isImmutable(kind: string, path: readonly string[]): boolean {
  const { paths = [], but = [] } = IMMUTABLE[kind] ?? {};
  const given = path.join('.');
  const within = (outer: string): boolean => given === outer || given.startsWith(`${outer}.`);
  return paths.some(within) && !but.some(within);
}

/** Tasks and Pipelines are looked up when a run starts: it may have been composed for the former ones. */
function shrunk(
  { object }: Change,
  { path: [spec, list, selector, field, key], from, to }: FieldChange,
): readonly string[] {
  if (
    !['Task', 'Pipeline'].includes(object.kind) ||
    spec !== 'spec' ||
    selector === undefined ||
    !['params', 'results', 'workspaces'].includes(list ?? '')
  )
    return [];
  const what = `${list!.slice(0, -1)} ${selector.slice(1, -1)}`;
  if (field === undefined) {
    if (to === undefined) return [`${what} is gone`];
    const isOptional =
      list === 'results' || (isMapping(to) && (list === 'params' ? to.default !== undefined : to.optional === true));
    return isOptional ? [] : [`${what} is new and must be given`];
  }
  if (field === 'type') return [`${what} is ${String(to)}, and was ${String(from)}`];
  if (field === 'default' && key === undefined && to === undefined) return [`${what} has no default any more`];
  if (field === 'properties' && key !== undefined && to === undefined) return [`${what} has no key ${key} any more`];
  if (field === 'optional' && to !== true) return [`${what} is not optional any more`];
  return [];
}

/** `team-a/build`, or the name alone of what is in no namespace. */
const placeOf = ({ metadata: { namespace, name } }: Manifest): string =>
  [namespace, name].filter((part) => part !== undefined).join('/');
