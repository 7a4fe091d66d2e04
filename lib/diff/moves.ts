import { keyOf } from '../kube/manifest';
import type { Change, TeamFate } from './change';
import { whose } from './change';
import { compareValues } from './fields';

/**
 * Objects that leave one team and come to another under the same name on the same cluster: what is applied is a change of the
 * object that is there. A team that goes and leaves its objects to one that comes has another name. Where no index says which
 * cluster a team is on, nothing is known to be the same object.
 * @param fates is told of the teams that are renamed
 */
export function withMoves(
  changes: readonly { readonly change: Change; readonly on?: string }[],
  fates: Map<string, TeamFate>,
): readonly Change[] {
  const key = ({ change, on }: (typeof changes)[number]): string => JSON.stringify([on, keyOf(change.object)]);
  const removed = new Map(
    changes
      .filter(({ change, on }) => change.action === 'removed' && on !== undefined)
      .map((one) => [key(one), one.change]),
  );
  const moved = new Set<Change>();
  const after = changes.flatMap((one): Change[] => {
    const { change } = one;
    const previous = change.action === 'added' ? removed.get(key(one)) : undefined;
    if (previous === undefined) return [change];
    moved.add(previous);
    const [from, to] = [whose(previous), whose(change)];
    if (fates.get(from) === 'removed' && fates.get(to) === 'added') {
      fates.set(from, `renamed to ${to}`);
      fates.set(to, `renamed from ${from}`);
    }
    const fields = [
      ...compareValues(previous.object, change.object),
      ...compareValues(JSON.parse(previous.content), JSON.parse(change.content)),
    ];
    return fields.length > 0 ? [{ ...change, action: 'changed', fields, content: '' }] : [];
  });
  return after.filter((change) => !moved.has(change));
}
