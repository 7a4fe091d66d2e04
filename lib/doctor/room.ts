import { amount } from '../words/scalars';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Amounts, RunPod } from './pods';
import { RESOURCES, largest, shownBoth } from './pods';
import type { Read } from './reading';
import { judged } from './reading';

/** Some node takes each pod of a run, were the node empty. */

const found = findings('room');

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** What is read of a node. */
export interface Node {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

type Template = RunPod['template'];
type Toleration = NonNullable<Template['tolerations']>[number];

export const checkRoom = (pods: readonly RunPod[], read: Read<readonly Node[]>): readonly Finding[] =>
  judged('room', 'nodes', read, (nodes) => {
    const usable = nodes.filter(isUsable);
    if (pods.length === 0) return [];
    if (usable.length === 0)
      return [
        found(
          'error',
          'nodes',
          nodes.length === 0 ? 'there is none' : `none of ${nodes.length} is ready and schedulable`,
          'kubectl get nodes',
        ),
      ];
    const templates = new Map(pods.map(({ template }) => [JSON.stringify(template), template]));
    return [...templates].flatMap(([key, template]) =>
      ofTemplate(
        pods.filter((pod) => JSON.stringify(pod.template) === key),
        usable.filter((node) => mayRun(template, node)),
        template,
      ),
    );
  });

function ofTemplate(pods: readonly RunPod[], nodes: readonly Node[], template: Template): readonly Finding[] {
  const where = placeOf(template);
  if (nodes.length === 0)
    return [
      found(
        'error',
        `nodes${where}`,
        `no node that is ready takes them: ${pods[0]!.task} would wait for ever`,
        "label or untaint a node, or change podTemplate of the cluster's file or platforms of the app",
      ),
    ];
  const tooLarge = pods.filter(({ requests }) => !nodes.some((node) => fits(requests, allocatable(node))));
  const worst = largest(tooLarge);
  if (worst === undefined) return [];
  const roomiest = [...nodes].sort((a, b) => allocatable(b).memory - allocatable(a).memory)[0]!;
  const more = tooLarge.length > 1 ? `, and so do ${tooLarge.length - 1} smaller ones` : '';
  return [
    found(
      'error',
      worst.task,
      `requests ${shownBoth(worst.requests)}, which no node${where} has${more}; the largest, ${roomiest.metadata.name}, has ${shownBoth(allocatable(roomiest))}`,
      'add a larger node',
    ),
  ];
}

const isUsable = ({ spec, status }: Node): boolean =>
  spec?.unschedulable !== true &&
  (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');

const allocatable = ({ status }: Node): Amounts => {
  const of = (resource: string): number => amount(status?.allocatable?.[resource] ?? '0');
  return { cpu: of('cpu'), memory: of('memory') };
};

const fits = (requests: Amounts, room: Amounts): boolean =>
  RESOURCES.every((resource) => requests[resource] <= room[resource]);

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export function mayRun({ nodeSelector = {}, tolerations = [] }: Template, { metadata, spec }: Node): boolean {
  const isSelected = Object.entries(nodeSelector).every(([key, value]) => metadata.labels?.[key] === value);
  const taints = (spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  return isSelected && taints.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
}

const tolerates = ({ key, operator, value, effect }: Toleration, taint: Taint): boolean =>
  (key === undefined ? operator === 'Exists' : key === taint.key) &&
  (operator === 'Exists' || (value ?? '') === (taint.value ?? '')) &&
  (effect === undefined || effect === taint.effect);

const placeOf = ({ nodeSelector = {}, tolerations = [] }: Template): string => {
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  const tolerated = tolerations.map(({ key }) => key ?? 'every taint');
  return [
    ...(labels.length > 0 ? [` with ${labels.join(', ')}`] : []),
    ...(tolerated.length > 0 ? [` (tolerated: ${tolerated.join(', ')})`] : []),
  ].join('');
};
