import { compareVersions } from '../words/version';

/** What a plan is made of: the Tektons of a cluster before and after, and the steps between. */

/** The Tektons of a cluster at one time. */
export interface Installation {
  /** Undefined: there are no instances, so nothing is shared. */
  readonly shared?: { readonly version: string; readonly isInstalled: boolean; readonly isKept: boolean };
  /** By name. */
  readonly instances: ReadonlyMap<string, { readonly version: string; readonly namespaces: readonly string[] }>;
  /** The version of the one Tekton of all namespaces, where there are no instances. */
  readonly one?: string;
  /** Undefined: releases are installed, or nothing is. */
  readonly operator?: OperatorSource;
  /** The version of the release of Tekton Results that is installed beside it. */
  readonly results?: string;
  /** By the subject of the steps that are about what is set; by the path in the cluster file. */
  readonly settings?: ReadonlyMap<string, Settings>;
}

/** Where OLM takes the operator from. */
export interface OperatorSource {
  readonly channel: string;
  readonly catalog?: string;
  readonly startingCSV?: string;
}

/** `performance.threads` → `32` */
export type Settings = ReadonlyMap<string, string>;

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
  /** `shared part`, `instance next`, `namespaces of instance next`, `settings of the one Tekton` … */
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

/** Subjects of steps. */
export const SHARED = 'shared part';
export const ONE = 'the one Tekton';
export const OPERATOR = 'Tekton by its operator';
export const RESULTS = 'Tekton Results';
export const instanceSubject = (name: string): string => `instance ${name}`;

export const each = (action: Action, more: Omit<Effect, 'component' | 'action'> = {}): readonly Effect[] =>
  COMPONENTS.map((component) => ({ component, action, ...more }));
export const unchanged = (version: string | undefined): readonly Effect[] =>
  each('none', version === undefined ? {} : { to: version });

/** What is to be known where a version falls. */
export const fallNotes = (from: string, to: string): readonly string[] =>
  compareVersions(to, from) < 0
    ? [
        `${to} is older than ${from}: what ${from} has written stays as it is, and nobody has promised that ${to} reads it`,
      ]
    : [];
