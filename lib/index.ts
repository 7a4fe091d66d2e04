import type { ApiObject } from 'cdk8s';
import type { TeamProps } from './fleet/team';

export { ApiObject, JsonPatch } from 'cdk8s';
export type { TeamProps };

/** Changes objects of a team before they are written: the way out for a field that no setting reaches. */
export type Customize = (objects: readonly ApiObject[]) => void;

/**
 * A team, as `teams/<team>/team.ts` exports it by default: every field is in docs/team.md, and a misspelt one does not
 * compile.
 *
 * ```ts
 * export default new Team({ name: 'payments', … }, (objects) => {
 *   for (const object of objects) if (object.kind === 'Pipeline') object.addJsonPatch(JsonPatch.add('/spec/…', …));
 * });
 * ```
 */
export class Team {
  constructor(
    readonly props: TeamProps,
    readonly customize?: Customize,
  ) {}
}
