import type { Effect, Plan, Step } from './plan-step';
import { compareVersions } from '../words/version';

/** A plan for a person, and for a program. */

/** Where a plan leads from and to, as it was typed. */
export interface PlanAbout {
  readonly from: string;
  readonly to: string;
}

/** @returns JSON as docs/platform.md describes it */
export const toJson = (plan: Plan, about: PlanAbout): string =>
  JSON.stringify({ ...about, ok: plan.refused.length === 0, steps: plan.steps, refused: plan.refused }, null, 2);

/** A numbered paragraph for each step. */
export function toText({ steps, refused }: Plan, { from, to }: PlanAbout): string {
  const head = `from ${from} to ${to}`;
  if (refused.length > 0)
    return [`${head}: there is no way`, ...refused.map((reason) => `  refused: ${reason}`)].join('\n');
  if (steps.length === 0) return `${head}: nothing to do`;
  return [head, ...steps.flatMap((step, index) => [`${index + 1}. ${titleOf(step)}`, ...linesOf(step)])].join('\n');
}

/** `upgrade instance next from 1.14.0 to 1.15.0`, `install instance next at 1.15.0` */
const titleOf = ({ what, subject, from, to }: Step): string => [what, subject, ...rangeOf(from, to)].join(' ');

const rangeOf = (from: string | undefined, to: string | undefined): readonly string[] => {
  if (from === undefined || from === to) return to === undefined ? [] : [`at ${to}`];
  return [`from ${from}`, ...(to === undefined ? [] : [`to ${to}`])];
};

const linesOf = ({ before, effects, notes }: Step): readonly string[] => [
  ...before.map((condition) => `   before: ${condition}`),
  ...effects.map((effect) => `   ${effect.component}: ${effectOf(effect)}`),
  ...notes.map((note) => `   note: ${note}`),
];

const at = (version: string | undefined): string => (version === undefined ? '' : ` at ${version}`);
const isFall = (from: string | undefined, to: string | undefined): boolean =>
  from !== undefined && to !== undefined && compareVersions(to, from) < 0;

function effectOf({ action, from, to, why }: Effect): string {
  const stays = to === undefined ? '' : `, ${to} is there`;
  const words = {
    install: `installed${at(to)}`,
    update: `updated from ${from} to ${to}`,
    downgrade: `taken back from ${from} to ${to}`,
    'take over':
      from === to ? `stays as it is${at(to)}` : `${isFall(from, to) ? 'taken back' : 'updated'} from ${from} to ${to}`,
    'hand over':
      from === to ? `stays as it is at ${to}` : `${isFall(from, to) ? 'taken back' : 'updated'} from ${from} to ${to}`,
    keep: `stays${at(from)}`,
    remove: `removed`,
    skip: 'left to whoever keeps it',
    none: `no change${stays}`,
  }[action];
  return why === undefined ? words : `${words}: ${why}`;
}
