import type { Team } from '../../../fleet/model';
import type { ObjectParam, StringParam } from '../../../tekton/param';
import { Param } from '../../../tekton/param';

/**
 * Params of what differs between teams, which their Pipelines give. By default it is what the team says; a Task that may be every
 * team's has no default, and synth refuses a Pipeline that does not give it.
 */

export const ofTeam = ({ sharesTasks }: Team, value: string, description: string): StringParam<true> =>
  (sharesTasks ? Param.string({ description }) : Param.string({ default: value, description })) as StringParam<true>;

export const objectOfTeam = <K extends string>(
  { sharesTasks }: Team,
  value: Readonly<Record<K, string>>,
  description: string,
): ObjectParam<true, K> => {
  const keys = Object.keys(value) as K[];
  return (
    sharesTasks ? Param.object(keys, { description }) : Param.object(keys, { default: value, description })
  ) as ObjectParam<true, K>;
};
