import { z } from 'zod';
import { pipelineOfWord } from '../../../lib/original/pipeline-words';
import { inOurWords, isOriginalBody, missingIn, mode, originalBody } from '../../../lib/original/run-body';
import { pullNumber } from '../../../lib/words/scalars';
import type { PipelineKind } from '../../../lib/words/names';
import { checkAsked } from './check-asked';
import { HttpProblem } from './problem';

/** The body of `POST /api/run` and `POST /api/bootstrap`, in our words or in the original's. */

const strings = z.record(z.string(), z.string());

export const ownBody = z.strictObject({
  mode,
  team: z.string().optional(),
  stack: z.string().optional(),
  app: z.string().optional(),
  apps: z.array(z.string()).max(200).optional(),
  to: z.string().optional(),
  prNumber: pullNumber.optional(),
  sha: z.string().optional(),
  revisions: strings.optional(),
  interceptBackend: z.string().optional(),
  version: z.string().optional(),
  versions: strings.optional(),
  forceRebuild: z.boolean().optional(),
  dryRun: z.boolean().default(false),
});

/** A body as it was read: not yet an ask, for its stack is still to be found, and with that its team and the repository. */
export interface RunBody extends Pick<z.output<typeof ownBody>, 'team' | 'stack' | 'to' | 'dryRun'> {
  readonly pipeline: PipelineKind;
  /** Of the repository, as the original names stacks. */
  readonly stackFile?: string;
  readonly apps: readonly string[];
  readonly pullRequest?: number;
  readonly revision?: string;
  readonly revisions: Readonly<Record<string, string>>;
  readonly interceptBackend?: string;
  readonly version?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly forceRebuild?: boolean;
  /** Asked in the original's words, and to be answered so. */
  readonly isOld: boolean;
}

/** @throws HttpProblem[invalid_request] naming everything that is wrong; what the original answered 400 is 400 */
export function readRunBody(body: unknown): RunBody {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpProblem('bad_request', 'the body must be a JSON object');
  return isOriginalBody(body) ? readOriginal(body) : readOwn(body);
}

function readOwn(body: object): RunBody {
  const { mode, app, apps = [], prNumber, sha, revisions = {}, ...rest } = checkAsked(ownBody, body);
  return {
    ...rest,
    pipeline: pipelineOfWord(mode) as PipelineKind,
    apps: [...new Set([...(app === undefined ? [] : [app]), ...apps])],
    pullRequest: prNumber,
    revision: sha,
    revisions,
    isOld: false,
  };
}

function readOriginal(body: object): RunBody {
  const read = checkAsked(originalBody, body);
  const missing = missingIn(read);
  if (missing !== undefined) throw new HttpProblem('bad_request', missing);
  return { ...inOurWords(read), dryRun: false, isOld: true };
}

/** The names in a query such as `?apps=a,b`, each once. */
const namesIn = (apps: string | readonly string[] | undefined): readonly string[] => [
  ...new Set(
    [apps]
      .flat()
      .flatMap((names) => names?.split(',') ?? [])
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
];

export type Query = Readonly<Record<string, string | string[] | undefined>>;

/** What `POST /api/bootstrap` asks for, by its query or by its body. */
export function readBootstrap(given: unknown, { stack, apps, team }: Query): RunBody {
  const body = typeof given === 'object' && given !== null ? given : {};
  const names = namesIn(apps);
  const asked = {
    ...body,
    mode: 'bootstrap',
    ...(names.length > 0 && { apps: names }),
    ...(typeof stack === 'string' && { stack }),
    ...(typeof team === 'string' && { team }),
  };
  // `?apps=` is the original's, too
  const isOld = readRunBody({ ...body, mode: 'bootstrap' }).isOld && stack === undefined && team === undefined;
  return { ...readRunBody(asked), isOld };
}
