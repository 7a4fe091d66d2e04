import { z } from 'zod';
import { pipelineKind } from '../../../lib/words/names';
import type { PipelineKind } from '../../../lib/words/names';
import { PIPELINE_WORDS } from '../../../lib/words/names';
import { toProblem } from '../../../lib/runs/events/payload';
import { HttpProblem } from './problem';

/** What a caller wishes to run, in our words or in the original's. */
export interface Wish {
  readonly kind: PipelineKind;
  readonly team?: string;
  readonly stack?: string;
  /** Of the repository, as the original names stacks. */
  readonly stackFile?: string;
  readonly apps: readonly string[];
  /** Cluster that is promoted to. */
  readonly to?: string;
  readonly prNumber?: number;
  readonly sha?: string;
  readonly revisions: Readonly<Record<string, string>>;
  readonly interceptBackend?: string;
  readonly version?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly forceRebuild?: boolean;
  readonly dryRun: boolean;
  /** Asked in the original's words, and to be answered so. */
  readonly isOld: boolean;
}

const strings = z.record(z.string(), z.string());
const mode = z
  .string()
  .refine((word) => pipelineKind(word) !== undefined, { error: `must be one of ${PIPELINE_WORDS.join(', ')}` });

const own = z.strictObject({
  mode,
  team: z.string().optional(),
  stack: z.string().optional(),
  app: z.string().optional(),
  apps: z.array(z.string()).max(200).optional(),
  to: z.string().optional(),
  prNumber: z.number().int().min(1).max(999_999).optional(),
  sha: z.string().optional(),
  revisions: strings.optional(),
  interceptBackend: z.string().optional(),
  version: z.string().optional(),
  versions: strings.optional(),
  forceRebuild: z.boolean().optional(),
  dryRun: z.boolean().default(false),
});

/** https://github.com/jmjava/tekton-dag, orchestrator/routes.py */
const original = z.strictObject({
  mode: mode.default('pr'),
  changed_app: z.string().optional(),
  pr_number: z.coerce.number().int().min(1).max(999_999).optional(),
  stack_file: z.string().optional(),
  intercept_backend: z.string().optional(),
  git_url: z.string().optional(),
  git_revision: z.string().optional(),
  /** An object, or its JSON. */
  app_revisions: z.union([strings, z.string().transform((text, context) => parsed(text, context))]).optional(),
});

function parsed(text: string, context: z.core.$RefinementCtx): Record<string, string> {
  try {
    return strings.parse(text === '' ? {} : JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be an object from app to revision, or its JSON' });
    return z.NEVER;
  }
}

/** A body that says nothing which only we have is one that the original takes. */
const isOriginal = (body: object): boolean => Object.keys(body).every((key) => key in original.shape);

/** @throws HttpProblem[invalid_request] naming everything that is wrong; what the original answered 400 is 400 */
export function readWish(body: unknown): Wish {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpProblem('bad_request', 'the body must be a JSON object');
  return isOriginal(body) ? readOriginal(body) : readOwn(body);
}

function readOwn(body: object): Wish {
  const { app, apps = [], mode, revisions = {}, ...rest } = check(own, body);
  return {
    ...rest,
    kind: pipelineKind(mode) as PipelineKind,
    apps: [...new Set([...(app === undefined ? [] : [app]), ...apps])],
    revisions,
    isOld: false,
  };
}

function readOriginal(body: object): Wish {
  const {
    mode,
    changed_app: app,
    pr_number: prNumber,
    stack_file: stackFile,
    intercept_backend: interceptBackend,
    git_revision: sha,
    app_revisions: revisions = {},
  } = check(original, body);
  const kind = pipelineKind(mode) as PipelineKind;
  if (kind === 'pr-test' && (!app || !prNumber))
    throw new HttpProblem('bad_request', 'changed_app and pr_number required for pr');
  if (kind === 'merge-release' && !app) throw new HttpProblem('bad_request', 'changed_app required for merge');
  return {
    kind,
    stackFile,
    apps: app ? [app] : [],
    revisions,
    interceptBackend,
    prNumber: kind === 'pr-test' ? prNumber : undefined,
    // of a bootstrap, it is the revision of the original's own repository
    sha: kind === 'bootstrap' ? undefined : (revisions[app ?? ''] ?? sha),
    dryRun: false,
    isOld: true,
  };
}

function check<S extends z.ZodType>(schema: S, body: object): z.output<S> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new HttpProblem('invalid_request', undefined, { problems: read.error.issues.map(toProblem) });
}
