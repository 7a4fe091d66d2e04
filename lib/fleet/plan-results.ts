import type { Installation, Step } from './plan-step';
import { RESULTS, fallNotes } from './plan-step';
import { compareVersions } from '../words/version';

/** Steps of Tekton Results, which has a database of its own and shares nothing with Tekton but the cluster. */

const WITH_BACKUP = ['there is a backup of its database'];

/** What becomes of the release of Results. */
export function resultsSteps({ results: before }: Installation, { results: after }: Installation): readonly Step[] {
  if (before === after) return [];
  const step = { subject: RESULTS, from: before, to: after, effects: [], before: [], notes: [] } as const;
  if (before === undefined) return [{ ...step, what: 'install' }];
  if (after === undefined)
    return [
      {
        ...step,
        what: 'uninstall',
        before: ['Argo CD removes it, and with it the right of teams to read what is archived'],
        notes: [
          'the archive stays in the database and the bucket, and runs are no longer pruned when they are archived',
        ],
      },
    ];
  const isUp = compareVersions(after, before) > 0;
  return [{ ...step, what: isUp ? 'upgrade' : 'downgrade', before: WITH_BACKUP, notes: fallNotes(before, after) }];
}
