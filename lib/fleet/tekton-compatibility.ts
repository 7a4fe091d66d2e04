import { list } from '../words/phrase';
import { compareVersions, isOlder } from '../words/version';

/**
 * Which versions of Tekton Pipelines can be in one cluster. They have one set of definitions and one webhook that converts, both
 * of the shared part. So the question is whether what a controller reads is still served, and still means the same.
 * https://github.com/tektoncd/community/blob/main/teps/0129-multiple-tekton-instances-per-cluster.md#compatibility-matrix
 */

/** What a range of versions does with a kind. */
interface Row {
  /** The first version of which it holds, as major and minor; it holds until the next row. */
  readonly since: string;
  /** Empty: the versions do not have the kind. */
  readonly served: readonly string[];
  readonly stored?: string;
  /** The version of the API that the controller asks for. */
  readonly read?: string;
  /** Whether it asks only when an object refers to one of the kind: without the kind, it starts all the same. */
  readonly isAskedLate?: true;
}

const V1BETA1 = { served: ['v1beta1'], stored: 'v1beta1', read: 'v1beta1' } as const;
const V1ALPHA1 = { served: ['v1alpha1'], stored: 'v1alpha1', read: 'v1alpha1' } as const;
const GONE = { served: [] } as const;
const RUNS: readonly Row[] = [
  { since: '0.43', served: ['v1beta1', 'v1'], stored: 'v1beta1', read: 'v1beta1' },
  { since: '0.49', served: ['v1beta1', 'v1'], stored: 'v1', read: 'v1' },
];

/**
 * By kind, read from the definitions (`config/300-crds`) and the controllers (`pkg/reconciler`) of each release. It begins
 * with 0.43, the first that serves v1.
 */
export const APIS: Readonly<Record<string, readonly Row[]>> = {
  Task: RUNS,
  Pipeline: RUNS,
  TaskRun: RUNS,
  PipelineRun: RUNS,
  CustomRun: [{ since: '0.43', ...V1BETA1 }],
  Run: [
    { since: '0.43', ...V1ALPHA1 },
    { since: '0.47', ...GONE },
  ],
  PipelineResource: [
    { since: '0.43', ...V1ALPHA1 },
    { since: '0.46', ...GONE },
  ],
  ClusterTask: [
    { since: '0.43', ...V1BETA1, isAskedLate: true },
    { since: '1.0', ...GONE },
  ],
  StepAction: [
    { since: '0.53', ...V1ALPHA1 },
    { since: '0.60', served: ['v1alpha1', 'v1beta1'], stored: 'v1beta1', read: 'v1beta1' },
  ],
  VerificationPolicy: [{ since: '0.43', ...V1ALPHA1 }],
  ResolutionRequest: [{ since: '0.43', served: ['v1alpha1', 'v1beta1'], stored: 'v1beta1', read: 'v1beta1' }],
};
/** The newest version that the table was made of. */
export const NEWEST_KNOWN = '1.15';
/** The first with settings for the leader election of each program, by which controllers of an instance are told apart. */
export const OLDEST_INSTANCE = '0.59';

/** Changes of a beta API after which the same object means something else. */
const BETA_CHANGES = [
  { kind: 'PipelineRun', since: '0.45', what: 'status.taskRuns and status.runs are gone' },
  { kind: 'Task', since: '0.46', what: 'spec.resources is gone' },
  { kind: 'TaskRun', since: '0.46', what: 'spec.resources is gone' },
  { kind: 'Pipeline', since: '0.46', what: 'spec.resources is gone' },
  { kind: 'PipelineRun', since: '0.46', what: 'spec.resources is gone' },
] as const;

const rowOf = (kind: string, version: string): Row | undefined =>
  APIS[kind]?.findLast(({ since }) => !isOlder(version, since));
const isAlpha = (api: string): boolean => api.includes('alpha');
const isBeta = (api: string): boolean => api.includes('beta');

/** What stands against an instance beside a shared part, or is to be known of it. */
export interface Verdict {
  /** Reasons why the two cannot be in one cluster. */
  readonly refused: readonly string[];
  /** What may not work, though nothing rules it out. */
  readonly notes: readonly string[];
}

/**
 * Whether an instance works with a shared part.
 * - A v1 API never changes incompatibly, so the newest definitions serve every instance that reads v1.
 * - Of a beta API the changes are known: one between the two versions rules them out, where the instance reads that API.
 * - An alpha API may change at any time: what of it is used may be broken.
 * - A kind that the shared part has no more needs a definition and a conversion of one's own, which are not made here.
 * @param version of the instance
 * @param shared version of the shared part
 */
export function compatibility(version: string, shared: string): Verdict {
  if (compareVersions(shared, version) < 0)
    return {
      refused: [
        `the shared part is ${shared}, whose definitions and conversion do not know what ${version} writes: it must be ${version} or newer`,
      ],
      notes: [],
    };
  const isSame = !isOlder(version, shared);
  const verdicts = isSame ? [] : Object.keys(APIS).map((kind) => kindVerdict(kind, version, shared));
  return {
    refused: [
      ...(isOlder(version, OLDEST_INSTANCE)
        ? [
            `before ${OLDEST_INSTANCE} all programs of a release share one leader election, so controllers of one instance cannot be told apart`,
          ]
        : []),
      ...verdicts.flatMap(({ refused }) => refused),
    ],
    notes: [
      ...verdicts.flatMap(({ notes }) => notes),
      ...(isOlder(NEWEST_KNOWN, version)
        ? [
            `${version} is newer than ${NEWEST_KNOWN}, the newest that the table of compatibility was made of: it is taken for like that`,
          ]
        : []),
    ],
  };
}

function kindVerdict(kind: string, version: string, shared: string): Verdict {
  const [own, there] = [rowOf(kind, version), rowOf(kind, shared)];
  const { read } = own ?? {};
  if (read === undefined) return { refused: [], notes: [] };
  const label = `${kind} ${read}`;
  if (!there?.served.includes(read)) {
    const why = `${version} reads ${label}, which the definitions of ${shared} do not have`;
    return own?.isAskedLate
      ? { refused: [], notes: [`${why}: what refers to a ${kind} fails`] }
      : {
          refused: [`${why}: that needs a definition and a conversion of one's own, which are not made here`],
          notes: [],
        };
  }
  const changes = BETA_CHANGES.filter(
    (change) =>
      change.kind === kind && isBeta(read) && isOlder(version, change.since) && !isOlder(shared, change.since),
  ).map(({ what, since }) => `${what} since ${since}`);
  if (changes.length > 0) return { refused: [`${version} reads ${label}, where ${list(changes, 'and')}`], notes: [] };
  return {
    refused: [],
    notes: isAlpha(read) ? [`${label} is alpha: what ${version} and ${shared} each make of it may differ`] : [],
  };
}

/**
 * Why the definitions of a cluster cannot go back to an older version: what is stored would not be served.
 * @param from version that they have
 * @param to an older one
 */
export const storedBeyond = (from: string, to: string): readonly string[] =>
  Object.keys(APIS).flatMap((kind) => {
    const stored = rowOf(kind, from)?.stored;
    return stored === undefined || rowOf(kind, to)?.served.includes(stored)
      ? []
      : [`objects of ${kind} are stored as ${stored}, which ${to} does not serve`];
  });

/** Kinds of which another version of the API is stored after an update of the definitions, for a person who plans it. */
export const storedAnew = (from: string, to: string): readonly string[] =>
  Object.keys(APIS).flatMap((kind) => {
    const [before, after] = [rowOf(kind, from)?.stored, rowOf(kind, to)?.stored];
    return before === undefined || after === undefined || before === after
      ? []
      : [
          `${kind} is stored as ${after} from now on; what is stored as ${before} is converted when it is written again`,
        ];
  });
