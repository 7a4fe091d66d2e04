import type { ToolchainProps } from './fleet/own-toolchains';
import type { BackendProps } from './output/backends/own';
import type { AddToPrTest } from './output/pipelines/own-tasks';
import type { Check } from './output/policies';
import type { Customize } from './output/team/extension';

/** What `fleet.ts` says. */
export interface FleetProps {
  /**
   * Changes the objects of each team, on each of its clusters, and may add some. It comes after the team's own `customize`.
   * @default - nothing is changed
   */
  readonly customize?: Customize;
  /**
   * Adds tasks to the Pipeline that tests pull requests, of each stack.
   * @default - none
   */
  readonly prTest?: AddToPrTest;
  /**
   * Secrets that these tasks mount, with their keys. They are made in the namespace of each team as its other Secrets are.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, readonly string[]>>;
  /**
   * Languages that this program does not know, by the name that `build.tool` of a stack gives.
   * @default - none
   */
  readonly toolchains?: Readonly<Record<string, ToolchainProps>>;
  /**
   * Ways in which requests of a session reach previews that this program does not know, by the name that `interceptBackend` of a team gives.
   * @default - none
   */
  readonly backends?: Readonly<Record<string, BackendProps>>;
  /**
   * Checks of your own over every object, by the name that their findings bear.
   * @default - none
   */
  readonly checks?: Readonly<Record<string, Check>>;
}

/**
 * Rules for all teams of a repository, whether a team is written in TypeScript or YAML. `fleet.ts` at the root exports it by
 * default. It renders nothing by itself: `synth` calls it. Each field is described in docs/extending.md.
 */
export class Fleet {
  /** @param props what it changes, adds and checks */
  constructor(readonly props: FleetProps) {}
}
