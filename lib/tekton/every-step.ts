import type { Construct } from 'constructs';
import type { Mount, Volume } from './volume';

/** What every step of the Tasks below a construct has besides its own. */
export interface EveryStep {
  /** As Kubernetes reads it: `$(NAME)` is another variable of the container, or of the cluster. */
  readonly env: Readonly<Record<string, string>>;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly Mount[];
  /** Text of a script file that runs before the step's own. @default - none */
  readonly prelude?: string;
}

const KEY = 'tekton-dag.io/every-step';

/** Gives it to each Task that is added below from now on. */
export const giveEveryStep = (scope: Construct, what: EveryStep): void => scope.node.setContext(KEY, what);

/** What the steps of a Task are given by a construct above it. */
export const everyStepOf = (task: Construct): EveryStep =>
  (task.node.tryGetContext(KEY) as EveryStep | undefined) ?? { env: {}, volumes: [], mounts: [] };

/** The script with the prelude between its first line, which names the shell, and the rest. */
export function withPrelude(script: string, prelude: string | undefined): string {
  if (prelude === undefined) return script;
  const [first, rest] = [script.indexOf('\n') + 1, prelude.indexOf('\n') + 1];
  return `${script.slice(0, first)}${prelude.slice(rest)}${script.slice(first)}`;
}
