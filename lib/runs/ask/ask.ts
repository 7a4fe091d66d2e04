import { z } from 'zod';
import { clusterName } from '../../fleet/team';
import { PIPELINES } from '../../words/names';
import { objectName, pullNumber, revision } from '../../words/scalars';

/**
 * An ask: what is to be run, whoever asks for it. It is the spec of a RunRequest; the command line, the API and the
 * decisions about deliveries make one, and the PipelineRun is composed from it.
 */

/** A name as a file of the fleet may have it. */
const name = z.string().min(1).max(253);
/** Text of people, kept for people: it goes to no script. */
export const freeText = z.string().max(255);
export const time = z.iso.datetime({ offset: true });
const TRUST = ['trusted', 'untrusted'] as const;

/** Immutable, but for `cancel`, which goes one way. */
export const ask = z.strictObject({
  pipeline: z.enum(PIPELINES),
  team: objectName,
  stack: name,
  /** pr-test: those that changed; bootstrap: those to build, none means all; merge-release: exactly one; promote: those to take along, none means all. */
  apps: z.array(name).max(200).optional(),
  /** Apps whose tests run; without it, the changed ones and all that reach them. */
  testApps: z.array(name).max(200).optional(),
  /** promote: the cluster that gets the versions of the one before it. */
  to: clusterName.optional(),
  /** Of all named apps without their own, which share one repository; verify: of the platform's repository. */
  revision: revision.optional(),
  /** By app, where it has its own: the other members of a group of pull requests. */
  revisions: z.record(name, revision).optional(),
  pullRequest: z
    .strictObject({
      number: pullNumber,
      repo: name,
      headRef: freeText.optional(),
      baseRef: freeText.optional(),
    })
    .optional(),
  source: z
    .strictObject({
      event: freeText,
      delivery: freeText.optional(),
      sender: freeText.optional(),
      /** When it happened, as the Git host says: orders the events of one pull request. */
      eventTime: time.optional(),
      /** Head before this event: orders two events of one second. */
      before: freeText.optional(),
      /** The repository at its host, by a number that outlives its name, where its host has numbers. */
      repository: z
        .strictObject({ host: freeText, id: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional() })
        .optional(),
      /** Counts reruns: id of the comment or check run that asked, or more where another one has more. */
      attempt: z.number().int().min(0).optional(),
    })
    .optional(),
  /** Higher goes first. */
  priority: z.number().int().min(-1000).max(1000).optional(),
  /** Whether what it builds may be released. */
  trust: z.enum(TRUST).optional(),
  overrides: z
    .strictObject({
      forceRebuild: z.boolean().optional(),
      /** bootstrap: released versions to deploy instead of building. */
      versions: z.record(name, name).optional(),
      /** merge-release: the version to release. */
      version: name.optional(),
      /** The Pipeline must have been made for it. */
      interceptBackend: name.optional(),
    })
    .optional(),
  cancel: z.boolean().optional(),
});

export type Ask = z.output<typeof ask>;

/** The same ask without what says nothing: lists and objects that are empty, and what is undefined or false. */
export function compact(given: Ask): Ask {
  const { overrides, ...rest } = given;
  return keepGiven({ ...rest, overrides: overrides && keepGiven(overrides) });
}

const keepGiven = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value))) as T;

/** Whether a field of an ask says anything. */
export const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== false &&
  (typeof value !== 'object' || value === null || Object.keys(value).length > 0);
