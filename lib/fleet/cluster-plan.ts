import { addOne, removeOne } from './plan-one';
import { FROM_OPERATOR, stepOfOperator, toOperator } from './plan-operator';
import { resultsSteps } from './plan-results';
import { withSettings } from './plan-settings';
import type { Action, Component, Effect, Installation, Plan, Step } from './plan-step';
import { COMPONENTS, SHARED, each, fallNotes, instanceSubject, unchanged } from './plan-step';
import { compatibility, storedAnew, storedBeyond } from './tekton-compatibility';
import { list } from '../words/phrase';
import { compareVersions } from '../words/version';

/**
 * The way from one set of Tektons in a cluster to another, step by step, with what each step does to what they share.
 * https://github.com/tektoncd/community/blob/main/teps/0129-multiple-tekton-instances-per-cluster.md#tekton-lifecycle
 */

/** @returns the same steps for the same installations */
export function planOf(from: Installation, to: Installation): Plan {
  const { steps, refused } = planOfTekton(from, to);
  return { steps: withSettings([...steps, ...resultsSteps(from, to)], from, to), refused };
}

/** The operator and a release own the same objects, so one has gone before the other comes. */
function planOfTekton(from: Installation, to: Installation): Plan {
  if (from.operator && to.operator) return { steps: stepOfOperator(from.operator, to.operator), refused: [] };
  if (to.operator) return { steps: toOperator(from), refused: [] };
  const { steps, refused } = planOfReleases(from, to);
  return { steps: [...(from.operator ? FROM_OPERATOR : []), ...steps], refused };
}

function planOfReleases(from: Installation, to: Installation): Plan {
  const names = [...new Set([...from.instances.keys(), ...to.instances.keys()])].sort();
  const removed = names.filter((name) => !to.instances.has(name));
  const rise = risingPart(from, to);
  const fall = fallingPart(from, to);
  const during = rise?.to ?? from.shared?.version;
  return {
    steps: [
      ...removeOne(from, to),
      ...(rise ? [rise] : []),
      ...names.flatMap((name) => instanceStep(name, from, to)),
      ...removed.map((name) => uninstall(name, from, to)),
      ...(fall ? [fall] : []),
      ...addOne(from, to),
    ],
    refused: [...(during === undefined ? [] : refusals(from, to, during)), ...beyond(from, to)],
  };
}

/** Both the instances that are there and those that come have to work with the shared part of the time between. */
function refusals(from: Installation, to: Installation, shared: string): readonly string[] {
  const all = [...from.instances, ...to.instances].map(([name, { version }]) => ({ name, version }));
  const reasons = all.flatMap(({ name, version }) =>
    compatibility(version, shared).refused.map((reason) => `instance ${name}: ${reason}`),
  );
  return [...new Set(reasons)];
}

/** Whoever has the definitions: the API server takes no older ones that do not serve what is stored. */
function beyond(from: Installation, to: Installation): readonly string[] {
  const [before, after] = [from, to].map(({ shared, one }) => shared?.version ?? one);
  if (before === undefined || after === undefined || compareVersions(after, before) >= 0) return [];
  const what = from.shared && to.shared ? `the ${SHARED}` : 'the definitions';
  return storedBeyond(before, after).map((reason) => `${what} cannot go back from ${before} to ${after}: ${reason}`);
}

/** The shared part, where it comes or rises: before any instance that needs it. */
function risingPart(from: Installation, to: Installation): Step | undefined {
  if (to.shared === undefined) return undefined;
  const { version, isInstalled } = to.shared;
  const before = from.shared?.version ?? from.one;
  if (before !== undefined && compareVersions(version, before) <= 0 && from.shared !== undefined) return undefined;
  const others = [...from.instances].map(([name, instance]) => ({ name, version: instance.version }));
  const step = {
    what: from.shared === undefined ? 'install' : 'upgrade',
    subject: SHARED,
    from: before,
    to: version,
    before: [
      ...others.map(({ name, version: own }) => `the conversion of ${version} handles instance ${name} at ${own}`),
      ...(isInstalled ? [] : [`whoever keeps the ${SHARED} has it at ${version}`]),
    ],
    notes: [
      ...(before === undefined ? [] : [...storedAnew(before, version), ...fallNotes(before, version)]),
      ...others.flatMap(({ name, version: own }) => notesOf(name, own, version)),
    ],
  } as const;
  if (!isInstalled)
    return { ...step, effects: each('skip', { from: before, to: version, why: 'shared.install is false' }) };
  const action: Action = from.one !== undefined ? 'take over' : before === undefined ? 'install' : 'update';
  return { ...step, effects: each(action, { from: before, to: version }) };
}

/** The shared part, where it goes back or goes: after the last instance that needs it. */
function fallingPart(from: Installation, to: Installation): Step | undefined {
  const { shared: before } = from;
  if (before === undefined || (to.shared && compareVersions(to.shared.version, before.version) >= 0)) return undefined;
  if (to.shared)
    return {
      what: 'downgrade',
      subject: SHARED,
      from: before.version,
      to: to.shared.version,
      effects: to.shared.isInstalled
        ? each('downgrade', { from: before.version, to: to.shared.version })
        : each('skip', { from: before.version, to: to.shared.version, why: 'shared.install is false' }),
      before: [`no instance is newer than ${to.shared.version}`],
      notes: [
        ...fallNotes(before.version, to.shared.version),
        `this step is optional: shared.release of the manifest of ${before.version} leaves the ${SHARED} as it is`,
      ],
    };
  if (to.one !== undefined) return undefined;
  return {
    what: 'uninstall',
    subject: SHARED,
    from: before.version,
    effects: COMPONENTS.map((component) => left(component, before)),
    before: ['no instance is left, and nobody reads kinds of Tekton'],
    notes: ['with a definition, all objects of its kind go: a person deletes it, nobody else'],
  };
}

function left(component: Component, { version, isInstalled, isKept }: NonNullable<Installation['shared']>): Effect {
  if (!isInstalled) return { component, action: 'skip', from: version, why: 'shared.install is false' };
  if (component === 'definitions')
    return { component, action: 'keep', from: version, why: 'Argo CD never deletes definitions' };
  return isKept
    ? { component, action: 'keep', from: version, why: 'shared.keep is true' }
    : { component, action: 'remove', from: version, why: 'shared.keep is false' };
}

const notesOf = (name: string, version: string, shared: string): readonly string[] =>
  compatibility(version, shared).notes.map((note) => `instance ${name}: ${note}`);

function instanceStep(name: string, from: Installation, to: Installation): readonly Step[] {
  const [before, after] = [from.instances.get(name), to.instances.get(name)];
  if (after === undefined) return [];
  const shared = highest(from.shared?.version, to.shared?.version);
  const moved = [...from.instances].flatMap(([other, { namespaces }]) =>
    other === name ? [] : namespaces.filter((namespace) => after.namespaces.includes(namespace)),
  );
  const known = [...(before?.namespaces ?? []), ...moved];
  const conditions = [
    ...moved.map((namespace) => `the runs in ${namespace}, which comes from another instance, have ended`),
    ...(before === undefined ? [] : givenUp(name, before, after)),
    ...taken(after.namespaces.filter((namespace) => !known.includes(namespace))),
  ];
  const effects = unchanged(shared);
  if (before?.version === after.version) {
    const isSame = before.namespaces.join() === after.namespaces.join();
    return isSame
      ? []
      : [{ what: 'change', subject: `namespaces of instance ${name}`, effects, before: conditions, notes: [] }];
  }
  const isDown = before !== undefined && compareVersions(after.version, before.version) < 0;
  return [
    {
      what: before === undefined ? 'install' : isDown ? 'downgrade' : 'upgrade',
      subject: instanceSubject(name),
      from: before?.version,
      to: after.version,
      effects,
      before: conditions,
      notes: [
        ...(before === undefined ? [] : fallNotes(before.version, after.version)),
        ...(shared === undefined ? [] : notesOf(name, after.version, shared)),
      ],
    },
  ];
}

type Instance = { readonly namespaces: readonly string[] };
const givenUp = (name: string, before: Instance, after: Instance): readonly string[] => {
  const gone = before.namespaces.filter((namespace) => !after.namespaces.includes(namespace));
  return gone.length > 0 ? [`the runs in ${list(gone, 'and')}, which instance ${name} gives up, have ended`] : [];
};

/** Synth makes those of teams alone, and the cluster file does not say which these are. */
const taken = (namespaces: readonly string[]): readonly string[] =>
  namespaces.map(
    (namespace) =>
      `namespace ${namespace} is there: the files of a team make it, or else kubectl create namespace ${namespace}`,
  );

function uninstall(name: string, from: Installation, to: Installation): Step {
  const { version, namespaces } = from.instances.get(name)!;
  const shared = highest(from.shared?.version, to.shared?.version);
  const isNewest = from.shared?.version === version;
  return {
    what: 'uninstall',
    subject: instanceSubject(name),
    from: version,
    effects: unchanged(shared),
    before: [
      `its runs have ended: kubectl get pipelineruns --all-namespaces; a run that goes on stays Running until an instance has its namespace again`,
      'no team names it',
    ],
    notes: [
      ...(namespaces.length > 0
        ? [`what is created in ${list(namespaces, 'and')} from now on is admitted by the ${SHARED}, and nobody runs it`]
        : []),
      'for some seconds, while its webhook ends, its namespaces take nothing new; what is there can be read and deleted',
      ...(isNewest && to.shared?.version === version ? [`the ${SHARED} stays at ${version}, ${whyItStays(to)}`] : []),
    ],
  };
}

function whyItStays({ shared, instances }: Installation): string {
  const also = [...instances].find(([, instance]) => instance.version === shared?.version);
  return also === undefined ? 'which shared.release says' : `the version of instance ${also[0]}`;
}

const highest = (...versions: readonly (string | undefined)[]): string | undefined =>
  versions
    .filter((version) => version !== undefined)
    .sort(compareVersions)
    .at(-1);
