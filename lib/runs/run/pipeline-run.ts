import { LABELS, MANAGED_BY, MANAGER } from '../../words/labels';
import { EVERY_TASK } from './pod-template';
import type { PodTemplate, PodTemplates } from './pod-template';
import type { StepResources, TaskResources } from './step-resources';
import type { Account } from '../../words/names';
import { POD_USER, RUN_MINUTES, accountName } from '../../words/names';
import type { Param, PipelineSpec } from '../../tekton/spec/wire';

/** `spec.status` of a run that waits until somebody takes this away. https://tekton.dev/docs/pipelines/pipelineruns/#pending-pipelineruns */
export const PENDING = 'PipelineRunPending';

/** https://tekton.dev/docs/pipelines/pipelineruns/ */
export interface PipelineRun {
  readonly apiVersion: 'tekton.dev/v1';
  readonly kind: 'PipelineRun';
  readonly metadata: {
    readonly generateName: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly params?: readonly Param[];
    readonly taskRunTemplate: {
      readonly serviceAccountName: string;
      readonly podTemplate: RunPodTemplate;
    };
    readonly taskRunSpecs?: readonly {
      readonly pipelineTaskName: string;
      readonly serviceAccountName?: string;
      readonly podTemplate?: RunPodTemplate;
      readonly stepSpecs?: readonly { readonly name: string; readonly computeResources: StepResources[string] }[];
    }[];
    readonly timeouts: { readonly pipeline: string; readonly tasks: string };
    /** Undefined: it goes on at once. */
    readonly status?: typeof PENDING;
  } & PipelineOfRun;
}

/** A volume of a cloud belongs to root, and the steps do not run as root. */
export const OWNED = { securityContext: { fsGroup: POD_USER } } as const;
type RunPodTemplate = PodTemplate & typeof OWNED;

type PipelineOfRun = { readonly pipelineSpec: PipelineSpec } | { readonly pipelineRef: { readonly name: string } };

/** What is left of the whole when the tasks have had theirs is for `finally`. */
const timeouts = (minutes: number) => ({ pipeline: inHours(minutes), tasks: inHours(minutes - RUN_MINUTES.last) });
const inHours = (minutes: number): string =>
  [`${Math.floor(minutes / 60)}h`, `${minutes % 60}m`].filter((part) => !part.startsWith('0')).join('');

export interface PipelineRunProps {
  readonly generateName: string;
  readonly namespace?: string;
  /** Labels of the run by their name in LABELS; those that are undefined are left out. */
  readonly labels: Readonly<Partial<Record<keyof typeof LABELS, string>>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly params: readonly Param[];
  /** Accounts of the tasks that do not run as `build`, by name of the pipeline task; only of tasks that the run has. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** Where pods may be scheduled, by name of the pipeline task, `*` for the rest; only of tasks that the run has. */
  readonly podTemplates: PodTemplates;
  /** What steps request, by name of the pipeline task; only of tasks that the run has. */
  readonly resources: TaskResources;
  /** @default - RUN_MINUTES.usual */
  readonly timeoutMinutes?: number;
  readonly pipeline: PipelineOfRun;
}

/** The manifest of a run. It runs as `build`, the account without rights, but for the tasks that have another. */
export function pipelineRun({
  generateName,
  namespace,
  labels,
  annotations,
  params,
  accounts,
  podTemplates,
  resources,
  timeoutMinutes = RUN_MINUTES.usual,
  pipeline,
}: PipelineRunProps): PipelineRun {
  const given = Object.entries(labels).filter(
    (entry): entry is [keyof typeof LABELS, string] => entry[1] !== undefined,
  );
  const { [EVERY_TASK]: everywhere, ...ofTasks } = podTemplates;
  const special = new Set([...accounts.keys(), ...Object.keys(ofTasks), ...Object.keys(resources)]);
  const taskRunSpecs = [...special].map((pipelineTaskName) => {
    const [account, podTemplate, steps] = [
      accounts.get(pipelineTaskName),
      ofTasks[pipelineTaskName],
      resources[pipelineTaskName],
    ];
    return {
      pipelineTaskName,
      ...(account !== undefined && { serviceAccountName: accountName(account) }),
      ...(podTemplate && { podTemplate: { ...OWNED, ...podTemplate } }),
      ...(steps && {
        stepSpecs: Object.entries(steps).map(([name, computeResources]) => ({ name, computeResources })),
      }),
    };
  });
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: {
      generateName,
      ...(namespace !== undefined && { namespace }),
      labels: { [MANAGED_BY]: MANAGER, ...Object.fromEntries(given.map(([name, value]) => [LABELS[name], value])) },
      ...(annotations !== undefined && { annotations }),
    },
    spec: {
      ...(params.length > 0 && { params }),
      taskRunTemplate: { serviceAccountName: accountName('build'), podTemplate: { ...OWNED, ...everywhere } },
      ...(taskRunSpecs.length > 0 && { taskRunSpecs }),
      timeouts: timeouts(timeoutMinutes),
      ...pipeline,
    },
  };
}
