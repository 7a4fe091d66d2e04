import type { Installation, Step } from './plan-step';
import { COMPONENTS, ONE, each, fallNotes, unchanged } from './plan-step';
import { storedAnew } from './tekton-compatibility';
import { compareVersions } from '../words/version';

/** Steps of the one Tekton that watches all namespaces. */

/** Before an instance comes: beside one, both would run what is in its namespaces. */
export function removeOne(from: Installation, to: Installation): readonly Step[] {
  if (from.one === undefined || (to.one !== undefined && to.instances.size === 0)) return stepOfOne(from, to);
  if (to.instances.size > 0)
    return [
      {
        what: 'uninstall',
        subject: `${ONE}: its controller`,
        from: from.one,
        effects: unchanged(from.one),
        before: ['no run goes on: a run that does stands still until its instance takes it up'],
        notes: [
          'its webhook, definitions and resolvers stay where they are: they become the shared part',
          'Argo CD deletes at the end of a sync: until then a run may be written by two controllers, which costs time and loses nothing',
        ],
      },
    ];
  return [
    {
      what: 'uninstall',
      subject: ONE,
      from: from.one,
      effects: COMPONENTS.map((component) =>
        component === 'definitions'
          ? { component, action: 'keep', from: from.one, why: 'Argo CD never deletes definitions' }
          : { component, action: 'remove', from: from.one },
      ),
      before: ['no run goes on'],
      notes: [],
    },
  ];
}

/** From one to one: an upgrade, or nothing. */
function stepOfOne(from: Installation, to: Installation): readonly Step[] {
  if (from.one === undefined || to.one === undefined || from.one === to.one) return [];
  const isUp = compareVersions(to.one, from.one) > 0;
  return [
    {
      what: isUp ? 'upgrade' : 'downgrade',
      subject: ONE,
      from: from.one,
      to: to.one,
      effects: each(isUp ? 'update' : 'downgrade', { from: from.one, to: to.one }),
      before: [],
      notes: isUp ? storedAnew(from.one, to.one) : fallNotes(from.one, to.one),
    },
  ];
}

/** Last: the instances are gone by then. */
export function addOne(from: Installation, to: Installation): readonly Step[] {
  if (to.one === undefined || from.one !== undefined) return [];
  const before = from.shared?.version;
  return [
    {
      what: 'install',
      subject: ONE,
      to: to.one,
      effects: each(before === undefined ? 'install' : 'hand over', { from: before, to: to.one }),
      before: before === undefined ? [] : ['no controller of an instance runs'],
      notes: before === undefined ? [] : fallNotes(before, to.one),
    },
  ];
}
