import type { PipelineKind } from '../../words/names';
import { PIPELINES } from '../../words/names';
import type { Ask } from './ask';

/**
 * Who may ask for what: one table. The admission policy of the cluster is generated from it (lib/output/cluster), the
 * orchestrator's API decides by it, and docs/orchestrator.md shows it.
 *
 * To ask takes `create` on runrequests. A row says what takes another verb on top.
 */

export const ASK = 'create';
/** Of whoever says what is trusted, and so of what is released. */
export const RELEASE = 'release';

export interface Permission {
  /** What is asked for, as it is told to whoever may not. */
  readonly what: string;
  /** The pipelines of which it holds. */
  readonly pipelines: readonly PipelineKind[];
  /** It holds of an ask that says any of these; of every ask of the pipelines where there are none. */
  readonly fields: readonly (keyof Ask)[];
  readonly verb: typeof RELEASE;
  /**
   * What the API does for a caller without the verb, since it asks the cluster in its own name: it refuses the ask; it
   * says the field itself, whatever the caller says; or it lets the ask pass, which is known to be less than the cluster does.
   */
  readonly atApi: 'refused' | 'said-by-api' | 'passed';
}

export const PERMISSIONS = [
  { what: 'saying what is trusted', pipelines: PIPELINES, fields: ['trust'], verb: RELEASE, atApi: 'said-by-api' },
  {
    what: 'saying what a request is an answer to',
    pipelines: PIPELINES,
    fields: ['source'],
    verb: RELEASE,
    atApi: 'said-by-api',
  },
  { what: 'going before others', pipelines: PIPELINES, fields: ['priority'], verb: RELEASE, atApi: 'passed' },
  { what: 'releasing', pipelines: ['merge-release', 'promote'], fields: [], verb: RELEASE, atApi: 'refused' },
  // it pushes a commit of the asker's choice to the path of releases
  {
    what: 'bootstrapping anything but the default branches',
    pipelines: ['bootstrap'],
    fields: ['revision', 'revisions'],
    verb: RELEASE,
    atApi: 'passed',
  },
] as const satisfies readonly Permission[];

/** What an ask takes beyond `create`. */
export const permissionsFor = (ask: Ask): readonly Permission[] =>
  (PERMISSIONS as readonly Permission[]).filter(
    ({ pipelines, fields }) =>
      pipelines.includes(ask.pipeline) && (fields.length === 0 || fields.some((field) => ask[field] !== undefined)),
  );

/** Whether the API refuses an ask of a caller who may not `release`. */
export const isRefusedAtApi = (ask: Ask): boolean => permissionsFor(ask).some(({ atApi }) => atApi === 'refused');
