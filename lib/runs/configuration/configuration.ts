import { z } from 'zod';
import { PROPAGATION_ROLES, PROTOCOLS } from '../../fleet/stack';
import { QUEUE_KINDS } from '../../fleet/queue';
import { teamSchema } from '../../fleet/team';
import type { Repo } from '../events/event';
import { podTemplate } from '../run/pod-template';
import type { Problem } from '../../words/problem';
import { label } from '../../words/scalars';

/**
 * `team.json` of a team's ConfigMap: synth writes it (lib/output/team/orchestrator.ts), the orchestrator reads it
 * (compile.ts). The file holds each stack and app whole, as the model has it; read is what is here, and the rest is left
 * out, so that an older orchestrator takes what a newer synth writes.
 */

const appConfig = z.object({
  name: z.string().min(1),
  /** `owner/name`, or a short name. */
  repo: z.string().min(1),
  cloneUrl: z.string(),
  /** Below the repository's root; `.` is the root. */
  contextDir: z.string(),
  build: z
    .object({ inputs: z.array(z.string()).readonly().optional() })
    .readonly()
    .optional(),
  role: z.string().optional(),
  downstream: z.array(z.string()).readonly(),
  propagationRole: z.enum(PROPAGATION_ROLES),
  protocol: z.enum(PROTOCOLS),
});

const stackConfig = z.object({
  name: z.string().min(1),
  /** Where it was read, relative to the root: `stacks/checkout.yaml`. */
  file: z.string(),
  description: z.string(),
  apps: z.array(appConfig.readonly()).min(1).readonly(),
  /** Short names of repositories that `stacks/registry.yaml` leads here: of the owner of the app that has the name. */
  registered: z.array(z.string()).readonly().optional(),
});

const { interceptBackend, maxConcurrentRuns, runs, forks } = teamSchema.shape;
export const teamConfig = z.object({
  name: label,
  namespace: label,
  cluster: z.string(),
  interceptBackend,
  maxConcurrentRuns,
  runs,
  forks,
  /** Who decides when its runs go on. @default - the orchestrator, by slots */
  queue: z
    .object({ kind: z.enum(QUEUE_KINDS) })
    .readonly()
    .optional(),
  /** Where people see its repositories, if that is not where they are cloned from. */
  git: z.object({ webURL: z.string().optional() }).optional(),
  /** Clusters to which releases are promoted in Git. @default - none */
  promotesTo: z.array(z.string()).readonly().optional(),
  /** Where previews are opened, and of which kind one has an object for as long as it is open. @default - they are not looked after */
  previews: z
    .object({
      namespaces: z.array(label).readonly(),
      kind: z.object({ apiVersion: z.string(), plural: z.string() }).readonly(),
      /** Where the pods that close them may be scheduled. A key of a newer synth is left out, as everywhere in this file. */
      podTemplate: z.object(podTemplate.shape),
    })
    .readonly()
    .optional(),
  stacks: z.array(stackConfig.readonly()).min(1).readonly(),
});

export type AppConfig = Readonly<z.output<typeof appConfig>>;
export type StackConfig = Readonly<z.output<typeof stackConfig>>;
export type TeamConfig = Readonly<z.output<typeof teamConfig>>;

/** An app where a team's stack has it: the same repository may be in several stacks, and hold several apps. */
export interface Placement {
  readonly team: TeamConfig;
  readonly stack: StackConfig;
  readonly app: AppConfig;
}

/** Every team that is served, at one moment; replaced whole, never changed. */
export interface Configuration {
  readonly teams: ReadonlyMap<string, TeamConfig>;
  /** The apps that a repository holds, whichever of its addresses a team names. */
  appsOf(repo: Repo): readonly Placement[];
  /** The same, also where several teams say that they have it, and none of them gets it. */
  claimsOf(repo: Repo): readonly Placement[];
  /** The apps whose repository a team calls by this name, with an owner or without, at whichever host. */
  namesakesOf(name: string): readonly Placement[];
  /** What was refused, and what the last good configuration still stands in for. */
  readonly problems: readonly Problem[];
  /** Counts up with every change. */
  readonly generation: number;
}

/** The configuration as it changes. */
export interface ConfigurationSource {
  /** Undefined until a first good one is there. */
  readonly current: Configuration | undefined;
  onChange(listener: (configuration: Configuration) => void): void;
  /** Reads again now, however it is told of changes. */
  reload(): Promise<void>;
  stop(): void;
}
