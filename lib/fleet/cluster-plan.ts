import { compatibility, storedAnew, storedBeyond } from './tekton-compatibility';
import { list } from '../words/phrase';
import { compareVersions } from '../words/version';

/**
 * The way from one set of Tektons in a cluster to another, step by step, with what each step does to what they share.
 * https://github.com/tektoncd/community/blob/main/teps/0129-multiple-tekton-instances-per-cluster.md#tekton-lifecycle
 */

/** The Tektons of a cluster at one time. */
export interface Installation {
  /** Undefined: there are no instances, so nothing is shared. */
  readonly shared?: { readonly version: string; readonly isInstalled: boolean; readonly isKept: boolean };
  /** By name. */
  readonly instances: ReadonlyMap<string, { readonly version: string; readonly namespaces: readonly string[] }>;
  /** The version of the one Tekton of all namespaces, where there are no instances. */
  readonly one?: string;
}

/** What instances share, in the order in which it is applied. */
export const COMPONENTS = ['definitions', 'conversion webhook', 'resolvers', 'events controller'] as const;
export type Component = (typeof COMPONENTS)[number];

/** What becomes of a shared component. */
export type Action =
  'install' | 'update' | 'downgrade' | 'take over' | 'hand over' | 'keep' | 'remove' | 'skip' | 'none';

export interface Effect {
  readonly component: Component;
  readonly action: Action;
  readonly from?: string;
  readonly to?: string;
  readonly why?: string;
}

/** One thing to do; the next begins when it is done and what it has started is ready. */
export interface Step {
  readonly what: 'install' | 'upgrade' | 'downgrade' | 'change' | 'uninstall';
  /** `shared part`, `instance next`, `namespaces of instance next` or `the one Tekton`. */
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
  readonly effects: readonly Effect[];
  /** What is to be true before. */
  readonly before: readonly string[];
  /** What is to be known of it. */
  readonly notes: readonly string[];
}

/** Steps in their order, or the reasons why there is no way. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly refused: readonly string[];
}

/** @returns the same steps for the same installations */
export function planOf(from: Installation, to: Installation): Plan {
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
    refused: [...(during === undefined ? [] : refusals(from, to, during)), ...(fall ? beyond(from, to) : [])],
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

const beyond = ({ shared: before }: Installation, { shared: after }: Installation): readonly string[] =>
  before && after && compareVersions(after.version, before.version) < 0
    ? storedBeyond(before.version, after.version).map(
        (reason) => `the shared part cannot go back from ${before.version} to ${after.version}: ${reason}`,
      )
    : [];

const SHARED = 'shared part';
const ONE = 'the one Tekton';
const each = (action: Action, more: Omit<Effect, 'component' | 'action'> = {}): readonly Effect[] =>
  COMPONENTS.map((component) => ({ component, action, ...more }));
const unchanged = (version: string | undefined): readonly Effect[] =>
  each('none', version === undefined ? {} : { to: version });

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
      ...(before === undefined ? [] : storedAnew(before, version)),
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
  const ended = [
    ...moved.map((namespace) => `the runs in ${namespace}, which comes from another instance, have ended`),
    ...(before === undefined ? [] : givenUp(name, before, after)),
  ];
  const effects = unchanged(shared);
  if (before?.version === after.version) {
    const isSame = before.namespaces.join() === after.namespaces.join();
    return isSame
      ? []
      : [{ what: 'change', subject: `namespaces of instance ${name}`, effects, before: ended, notes: [] }];
  }
  const isDown = before !== undefined && compareVersions(after.version, before.version) < 0;
  return [
    {
      what: before === undefined ? 'install' : isDown ? 'downgrade' : 'upgrade',
      subject: `instance ${name}`,
      from: before?.version,
      to: after.version,
      effects,
      before: ended,
      notes: shared === undefined ? [] : notesOf(name, after.version, shared),
    },
  ];
}

type Instance = { readonly namespaces: readonly string[] };
const givenUp = (name: string, before: Instance, after: Instance): readonly string[] => {
  const gone = before.namespaces.filter((namespace) => !after.namespaces.includes(namespace));
  return gone.length > 0 ? [`the runs in ${list(gone, 'and')}, which instance ${name} gives up, have ended`] : [];
};

function uninstall(name: string, from: Installation, to: Installation): Step {
  const { version, namespaces } = from.instances.get(name)!;
  const shared = highest(from.shared?.version, to.shared?.version);
  const isNewest = from.shared?.version === version;
  return {
    what: 'uninstall',
    subject: `instance ${name}`,
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

/** The one Tekton watches all namespaces: beside an instance, both would run what is in its namespaces. */
function removeOne(from: Installation, to: Installation): readonly Step[] {
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
      notes: isUp ? storedAnew(from.one, to.one) : storedBeyond(from.one, to.one),
    },
  ];
}

/** Last: the instances are gone by then. */
function addOne(from: Installation, to: Installation): readonly Step[] {
  if (to.one === undefined || from.one !== undefined) return [];
  const before = from.shared?.version;
  return [
    {
      what: 'install',
      subject: ONE,
      to: to.one,
      effects: each(before === undefined ? 'install' : 'hand over', { from: before, to: to.one }),
      before: before === undefined ? [] : ['no controller of an instance runs'],
      notes: [],
    },
  ];
}

const highest = (...versions: readonly (string | undefined)[]): string | undefined =>
  versions
    .filter((version) => version !== undefined)
    .sort(compareVersions)
    .at(-1);
