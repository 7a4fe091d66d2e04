import type { Installation, Settings, Step } from './plan-step';
import { list } from '../words/phrase';

/** What becomes of settings: a step that touches a part tells those of it, and where nothing else happens to it they are a step. */

/** The steps, with what changes in settings. */
export function withSettings(steps: readonly Step[], from: Installation, to: Installation): readonly Step[] {
  const [before, after] = [from.settings ?? NONE, to.settings ?? NONE];
  const notes = new Map(
    [...new Set([...before.keys(), ...after.keys()])].map((subject) => [
      subject,
      notesOf(before.get(subject), after.get(subject)),
    ]),
  );
  const told = steps.map((step) => {
    const more = notes.get(ofPart(step)) ?? [];
    notes.delete(ofPart(step));
    return more.length === 0 ? step : { ...step, notes: [...step.notes, ...more] };
  });
  return [...told, ...[...notes].flatMap(([subject, more]) => (more.length === 0 ? [] : [change(subject, more)]))];
}

const NONE: ReadonlyMap<string, Settings> = new Map();

/** The part that a step is about, whatever of it: `the one Tekton: its controller` */
const ofPart = ({ subject }: Step): string => subject.split(':')[0]!;

const change = (subject: string, notes: readonly string[]): Step => ({
  what: 'change',
  subject: `settings of ${subject}`,
  effects: [],
  before: [],
  notes,
});

function notesOf(before: Settings | undefined, after: Settings | undefined): readonly string[] {
  // what comes anew is set as its file says
  if (before === undefined) return [];
  if (after === undefined)
    return before.size === 0
      ? []
      : [
          `what its settings say goes with it: ${list(
            [...before].map(([key, value]) => `${key} ${value}`),
            'and',
          )}`,
        ];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === now) return [];
    if (now === undefined)
      return [`${key} is no longer set: it was ${old}, and the default of its version holds again`];
    return [old === undefined ? `${key} is ${now} from now on` : `${key} goes from ${old} to ${now}`];
  });
}
