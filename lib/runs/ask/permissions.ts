import type { PipelineKind } from '../../words/names';
import { PIPELINES } from '../../words/names';
import type { Ask } from './ask';

/**
 * Who may ask for what: one table. The admission policy of the cluster is generated from it (lib/output/cluster), the
 * orchestrator's API asks the cluster by it about its caller, and docs/orchestrator.md shows it.
 *
 * To ask takes `create` on runrequests. A row says what takes another verb on top.
 */

export const ASK = 'create';
/** Of whoever says what is trusted, and so of what is released. */
export const RELEASE = 'release';

/** A field of an ask, or one of its overrides. */
export type AskField = keyof Ask | `overrides.${keyof NonNullable<Ask['overrides']>}`;

export interface Permission {
  /** What is asked for, as it is told to whoever may not. */
  readonly what: string;
  /** The pipelines of which it holds. */
  readonly pipelines: readonly PipelineKind[];
  /** It holds of an ask that says any of these; of every ask of the pipelines where there are none. */
  readonly fields: readonly AskField[];
  readonly verb: typeof RELEASE;
  /**
   * What the API does for a caller without the verb, since it creates in its own name: it refuses the ask; or the field is one
   * that it says itself, whatever the caller says.
   */
  readonly atApi: 'refused' | 'said-by-api';
}

export const PERMISSIONS: readonly Permission[] = [
  { what: 'saying what is trusted', pipelines: PIPELINES, fields: ['trust'], verb: RELEASE, atApi: 'said-by-api' },
  {
    what: 'saying what a request is an answer to',
    pipelines: PIPELINES,
    fields: ['source'],
    verb: RELEASE,
    atApi: 'said-by-api',
  },
  { what: 'going before others', pipelines: PIPELINES, fields: ['priority'], verb: RELEASE, atApi: 'refused' },
  { what: 'releasing', pipelines: ['merge-release', 'promote'], fields: [], verb: RELEASE, atApi: 'refused' },
  // it pushes a commit of the asker's choice to the path of releases
  {
    what: 'bootstrapping anything but the default branches',
    pipelines: ['bootstrap'],
    fields: ['revision', 'revisions'],
    verb: RELEASE,
    atApi: 'refused',
  },
  // an old version has the faults that a newer one fixed
  {
    what: 'deploying a version of choice',
    pipelines: ['bootstrap'],
    fields: ['overrides.versions'],
    verb: RELEASE,
    atApi: 'refused',
  },
];

const OVERRIDES = 'overrides.';

/** Whether an ask says a field, whatever it says there. */
const says = (ask: Ask, field: AskField): boolean =>
  field.startsWith(OVERRIDES)
    ? Object.hasOwn(ask.overrides ?? {}, field.slice(OVERRIDES.length))
    : ask[field as keyof Ask] !== undefined;

/** What an ask takes beyond `create`. */
export const permissionsFor = (ask: Ask): readonly Permission[] =>
  PERMISSIONS.filter(
    ({ pipelines, fields }) =>
      pipelines.includes(ask.pipeline) && (fields.length === 0 || fields.some((field) => says(ask, field))),
  );

/** What the API refuses of an ask to a caller who has `create` alone. */
export const refusedAtApi = (ask: Ask): readonly Permission[] =>
  permissionsFor(ask).filter(({ atApi }) => atApi === 'refused');
