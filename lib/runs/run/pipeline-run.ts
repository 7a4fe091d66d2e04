import { LABELS, MANAGED_BY, MANAGER } from '../../words/labels';
import type { Account } from '../../words/names';
import { POD_USER, accountName } from '../../words/names';
import type { Param, PipelineSpec } from '../../tekton/spec/wire';

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
      readonly podTemplate: { readonly securityContext: { readonly fsGroup: number } };
    };
    readonly taskRunSpecs?: readonly { readonly pipelineTaskName: string; readonly serviceAccountName: string }[];
    readonly timeouts: { readonly pipeline: string; readonly tasks: string };
  } & PipelineOfRun;
}

type PipelineOfRun = { readonly pipelineSpec: PipelineSpec } | { readonly pipelineRef: { readonly name: string } };

/** What is left of the whole when the tasks have had theirs is for `finally`. */
const TIMEOUTS = { pipeline: '2h', tasks: '1h45m' } as const;

export interface PipelineRunProps {
  readonly generateName: string;
  readonly namespace?: string;
  /** Labels of the run by their name in LABELS; those that are undefined are left out. */
  readonly labels: Readonly<Partial<Record<keyof typeof LABELS, string>>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly params: readonly Param[];
  /** Accounts of the tasks that do not run as `build`, by name of the pipeline task; only of tasks that the run has. */
  readonly accounts: ReadonlyMap<string, Account>;
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
  pipeline,
}: PipelineRunProps): PipelineRun {
  const given = Object.entries(labels).filter(
    (entry): entry is [keyof typeof LABELS, string] => entry[1] !== undefined,
  );
  const taskRunSpecs = [...accounts].map(([pipelineTaskName, account]) => ({
    pipelineTaskName,
    serviceAccountName: accountName(account),
  }));
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
      // a volume of a cloud belongs to root, and the steps do not run as root
      taskRunTemplate: {
        serviceAccountName: accountName('build'),
        podTemplate: { securityContext: { fsGroup: POD_USER } },
      },
      ...(taskRunSpecs.length > 0 && { taskRunSpecs }),
      timeouts: TIMEOUTS,
      ...pipeline,
    },
  };
}
