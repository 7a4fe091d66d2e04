import type { Problem } from '../../words/problem';
import type { Ask } from '../ask/ask';
import type { Made } from '../ask/made';
import type { RunRequest } from '../ask/run-request';

/** Why a run that asks for the same would not be the same: pure. */

/** What a run would be made of now; undefined: it is not there any more. */
export type MadeNow = Pick<Made, 'pipeline' | 'configuration'>;

/** Everything for which a run cannot be made again as it was; empty: it would be the same. */
export function changedSince({ metadata, spec, status }: RunRequest, now: MadeNow): readonly Problem[] {
  const tell = (path: string, message: string): Problem => ({
    file: metadata.name,
    path,
    message,
    severity: 'error',
  });
  const { made = {} } = status ?? {};
  return [
    ...HASHES.flatMap(({ path, of }) => {
      const why = difference(made[path], now[path], of);
      return why === undefined ? [] : [tell(path, why)];
    }),
    ...moving(spec).map(([path, message]) => tell(path, message)),
  ];
}

const HASHES = [
  { path: 'pipeline', of: 'its Pipeline' },
  { path: 'configuration', of: 'the configuration of its team and stack' },
] as const;

function difference(then: string | undefined, now: string | undefined, of: string): string | undefined {
  if (then === undefined) return `nobody knows what ${of} was: the run does not say`;
  if (now === undefined) return `${of} is not there any more`;
  return then === now ? undefined : `${of} has changed: ${shortHash(then)} then, ${shortHash(now)} now`;
}

const SHORT = 12;
/** As people compare them. */
export const shortHash = (hash: string): string => hash.slice(0, SHORT);

/** At least as many digits of a commit as Git shows. */
const COMMIT = /^[0-9a-f]{7,64}$/i;

/** What a run takes as it is found when it runs. */
function moving({ pipeline, apps = [], revision, revisions = {}, overrides = {} }: Ask): readonly [string, string][] {
  if (pipeline === 'promote') return [['to', 'it takes the versions that the cluster before has now']];
  const named = [...(revision === undefined ? [] : [revision]), ...Object.values(revisions)];
  const branches = named.filter((one) => !COMMIT.test(one));
  const isOfBranch = revision === undefined && (apps.length === 0 || apps.some((app) => revisions[app] === undefined));
  return [
    ...branches.map((one): [string, string] => ['revision', `${one} is not a commit: it may be at another one now`]),
    ...(isOfBranch ? [['revision', 'it takes the newest commit of default branches'] as [string, string]] : []),
    ...(pipeline === 'merge-release' && overrides.version === undefined
      ? [['version', 'it takes the version that is in preparation now'] as [string, string]]
      : []),
  ];
}
