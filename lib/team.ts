import type { TeamProps } from './fleet/team';
import type { Customize } from './output/team/extension';

export type { Customize, TeamProps };

/**
 * A team, as `teams/<team>/team.ts` exports it by default. It renders nothing by itself: `synth` reads it and writes
 * `dist/teams/<team>/`. Each field is described in docs/team.md.
 *
 * ```ts
 * export default new Team({ name: 'payments', … }, (objects) => {
 *   for (const object of objects) if (object.kind === 'Pipeline') object.addJsonPatch(JsonPatch.add('/spec/…', …));
 * });
 * ```
 *
 * A misspelt field does not compile. `synth` reports other faults with file, line and field, such as a stack that does not
 * exist, or a name that Kubernetes refuses.
 */
export class Team {
  /**
   * @param props the fields of the team
   * @param customize called with the team's objects before they are written: it may patch a field that no setting reaches
   */
  constructor(
    readonly props: TeamProps,
    readonly customize?: Customize,
  ) {}
}
