import type { App, Stack, Team } from '../../fleet/model';
import type { Problem } from '../../words/problem';

/** What synth writes into `team.json` of a team's ConfigMap (lib/output/team/orchestrator.ts), and nothing else of the team. */
export type TeamConfig = Pick<
  Team,
  'name' | 'namespace' | 'cluster' | 'interceptBackend' | 'maxConcurrentRuns' | 'runs' | 'forks' | 'stacks'
> & {
  /** Clusters to which releases are promoted in Git. @default - none */
  readonly promotesTo?: readonly string[];
};

/** An app where a team's stack has it: the same repository may be in several stacks, and hold several apps. */
export interface Placement {
  readonly team: TeamConfig;
  readonly stack: Stack;
  readonly app: App;
}

/** Every team that is served, at one moment; replaced whole, never changed. */
export interface Configuration {
  readonly teams: ReadonlyMap<string, TeamConfig>;
  /** @param repo `host/owner/name`, any case */
  appsOf(repo: string): readonly Placement[];
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
