import type { Construct } from 'constructs';
import type { Step } from './step';
import type { Mount, Volume } from './volume';

/** What every step of the Tasks below a construct has besides its own. */
export interface EveryStep {
  /** As Kubernetes reads it: `$(NAME)` is another variable of the container, or of the cluster. */
  readonly env: Readonly<Record<string, string>>;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly Mount[];
  /** Text of a script file that runs before the step's own. @default - none */
  readonly prelude?: string;
  /** Of each step that mounts a Secret of its own. @default - nothing */
  readonly withSecrets?: BesideSecrets;
}

export interface BesideSecrets {
  /** Text of a script file that runs before all else. */
  readonly prelude: string;
  /** Variable that tells it the folders with Secrets, with `:` between them. */
  readonly folders: string;
}

const KEY = 'tekton-dag.io/every-step';

/** Gives it to each Task that is added below from now on. */
export const giveEveryStep = (scope: Construct, what: EveryStep): void => scope.node.setContext(KEY, what);

/** What the steps of a Task are given by a construct above it. */
export const everyStepOf = (task: Construct): EveryStep =>
  (task.node.tryGetContext(KEY) as EveryStep | undefined) ?? { env: {}, volumes: [], mounts: [] };

/** A step with what it is given. @param volumes of its Task */
export function surrounded(
  step: Step,
  { prelude, withSecrets }: Pick<EveryStep, 'prelude' | 'withSecrets'>,
  volumes: readonly Volume[],
): Step {
  const script = withPrelude(step.script, prelude);
  const secrets = volumes.filter((volume) => 'secret' in volume).map(({ name }) => name);
  const folders = (step.mounts ?? []).filter(({ name }) => secrets.includes(name)).map(({ mountPath }) => mountPath);
  if (withSecrets === undefined || folders.length === 0) return { ...step, script };
  return {
    ...step,
    script: withPrelude(script, withSecrets.prelude),
    env: { ...step.env, [withSecrets.folders]: folders.join(':') },
  };
}

/** The script with the prelude between its first line, which names the shell, and the rest. */
export function withPrelude(script: string, prelude: string | undefined): string {
  if (prelude === undefined) return script;
  const [first, rest] = [script.indexOf('\n') + 1, prelude.indexOf('\n') + 1];
  return `${script.slice(0, first)}${prelude.slice(rest)}${script.slice(first)}`;
}
