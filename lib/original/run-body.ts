import { z } from 'zod';
import { PULL_REQUEST_MAX } from '../words/names';
import type { PipelineKind } from '../words/names';
import { pipelineOfWord, PIPELINE_WORDS } from './pipeline-words';

/** The body by which the original's clients ask for a run. https://github.com/jmjava/tekton-dag, orchestrator/routes.py */

/** Takes one of PIPELINE_WORDS. */
export const mode = z
  .string()
  .refine((word) => pipelineOfWord(word) !== undefined, { error: `must be one of ${PIPELINE_WORDS.join(', ')}` })
  .meta({ enum: PIPELINE_WORDS });

const strings = z.record(z.string(), z.string());

export const originalBody = z.strictObject({
  mode: mode.default('pr'),
  changed_app: z.string().optional(),
  pr_number: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(PULL_REQUEST_MAX)
    .meta({ type: ['integer', 'string'] })
    .optional(),
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

/** Whether a body says nothing that only ours can say: then it is one that the original takes. */
export const isOriginalBody = (body: object): boolean => Object.keys(body).every((key) => key in originalBody.shape);

type OriginalBody = z.output<typeof originalBody>;

/** What the original misses in a body, as it says so. */
export function missingIn({ mode, changed_app: app, pr_number: number }: OriginalBody): string | undefined {
  const pipeline = pipelineOfWord(mode);
  if (pipeline === 'pr-test' && (!app || !number)) return 'changed_app and pr_number required for pr';
  return pipeline === 'merge-release' && !app ? 'changed_app required for merge' : undefined;
}

/** What a body asks for, in our words. */
export function inOurWords(body: OriginalBody) {
  const { mode, changed_app: app, pr_number: number, git_revision: revision, app_revisions: revisions = {} } = body;
  const pipeline = pipelineOfWord(mode) as PipelineKind;
  return {
    pipeline,
    stackFile: body.stack_file,
    apps: app ? [app] : [],
    // of a bootstrap, it is the revision of the original's own repository
    revision: pipeline === 'bootstrap' ? undefined : (revisions[app ?? ''] ?? revision ?? HEAD[pipeline]),
    revisions,
    pullRequest: pipeline === 'pr-test' ? number : undefined,
    interceptBackend: body.intercept_backend,
  };
}

/** What is released where no commit is named: what the default branch has. */
const HEAD: Readonly<Partial<Record<PipelineKind, string>>> = { 'merge-release': 'HEAD' };
