import { createHash } from 'node:crypto';
import { canonicalJson } from '../../words/canonical-json';
import { ANNOTATIONS } from '../../words/labels';
import type { App } from '../../fleet/model';
import type { Account, PipelineKind } from '../../words/names';
import { ACCOUNTS, pipelineName, session } from '../../words/names';
import type { PipelineParams } from './params';
import type { PipelineRun } from './pipeline-run';
import { pipelineRun } from './pipeline-run';
import type { Param, ParamValue, PipelineSpec } from '../../tekton/spec/wire';
import type { Problem } from '../../words/problem';
import { InputError } from '../../words/problem';
import { prune } from '../../tekton/spec/prune';
import type { RunInput } from '../ask/run-input';
import { checkInput, namedApps } from '../ask/run-input';
import { propagationPaths, reachedBy } from '../../fleet/stack-graph';

/** A Pipeline as `dist/` holds it, or as the cluster returns it. */
export interface PipelineManifest {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PipelineSpec;
}

const PREFIXES: Readonly<Record<PipelineKind, (request: RunInput) => string>> = {
  bootstrap: () => 'bootstrap-',
  'pr-test': ({ pr }) => `pr-${pr}-`,
  'merge-release': () => 'release-',
  promote: () => 'promote-',
  verify: () => 'verify-',
};

/** Of a name whose end the API server makes; with the 5 characters of that at most RUN_NAME_MAX. */
export const namePrefix = (request: RunInput): string => PREFIXES[request.kind](request);

/**
 * The PipelineRun for a request: its Pipeline embedded, pruned to what the request concerns; or referred to, where a
 * cluster forbids inline specs. Pure: the name is left to the API server (`generateName`).
 * @throws InputError with everything that is wrong with the request, or with the Pipeline that it is to run
 */
export function composeRun(
  pipeline: PipelineManifest,
  request: RunInput,
  { embed }: { readonly embed: boolean },
): PipelineRun {
  const { name, namespace } = pipeline.metadata;
  const made = readAnnotations(pipeline);
  const problems = [...checkInput(name, request), ...checkPipeline(pipeline, made, request)];
  if (problems.length > 0) throw new InputError(problems);

  const params = PARAMS[request.kind](request);
  const given = Object.entries<ParamValue>(params).map(([name, value]): Param => ({ name, value }));
  const run = embed
    ? prune(pipeline.spec, given, { maxParallelBuilds: made.maxParallelBuilds })
    : { spec: pipeline.spec, params: given };
  const tasks = new Set([...(run.spec.tasks ?? []), ...(run.spec.finally ?? [])].map((task) => task.name));
  return pipelineRun({
    generateName: namePrefix(request),
    namespace,
    labels: {
      team: request.team,
      stack: request.stack.name,
      pipeline: request.kind,
      pullRequest: request.pr?.toString(),
      session: request.kind === 'pr-test' ? sessionOf(request) : undefined,
      trust: request.trust,
    },
    annotations: embed ? { [ANNOTATIONS.pipelineHash]: hash(pipeline.spec) } : undefined,
    params: run.params,
    accounts: new Map([...(made.accounts ?? [])].filter(([task]) => tasks.has(task))),
    pipeline: embed ? { pipelineSpec: run.spec } : { pipelineRef: { name } },
  });
}

/** What synth wrote for whoever composes a run. */
interface Made {
  /** NaN: not said, or not understood. */
  readonly maxParallelBuilds: number;
  /** By pipeline task; undefined: not said, or not understood. */
  readonly accounts?: ReadonlyMap<string, Account>;
  readonly interceptBackend?: string;
}

function readAnnotations({ metadata: { annotations = {} } }: PipelineManifest): Made {
  return {
    maxParallelBuilds: Number(annotations[ANNOTATIONS.maxParallelBuilds] ?? NaN),
    accounts: readAccounts(annotations[ANNOTATIONS.accounts] ?? ''),
    interceptBackend: annotations[ANNOTATIONS.interceptBackend],
  };
}

function readAccounts(text: string): ReadonlyMap<string, Account> | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as Readonly<Record<Account, readonly string[]>>);
    if (!entries.every(([account, tasks]) => ACCOUNTS.some((known) => known === account) && Array.isArray(tasks)))
      return undefined;
    return new Map(entries.flatMap(([account, tasks]) => tasks.map((task) => [task, account as Account] as const)));
  } catch {
    return undefined;
  }
}

function checkPipeline(
  { metadata: { name } }: PipelineManifest,
  made: Made,
  { kind, stack, interceptBackend }: RunInput,
): readonly Problem[] {
  const problem = (path: string, message: string, more: Partial<Problem> = {}): Problem => ({
    file: name,
    path,
    message,
    severity: 'error',
    ...more,
  });
  const problems: Problem[] = [];
  const expected = pipelineName(stack.name, kind);
  if (name !== expected)
    problems.push(
      problem('metadata.name', `is not the Pipeline of ${kind} for stack '${stack.name}'`, { found: name, expected }),
    );
  if (!Number.isInteger(made.maxParallelBuilds) || made.maxParallelBuilds < 1) {
    problems.push(
      problem(
        `metadata.annotations['${ANNOTATIONS.maxParallelBuilds}']`,
        'does not say how many builds may run at once; synthesize the Pipeline again',
      ),
    );
  }
  if (made.accounts === undefined) {
    problems.push(
      problem(
        `metadata.annotations['${ANNOTATIONS.accounts}']`,
        'does not say which task runs as which account; synthesize the Pipeline again',
      ),
    );
  }
  if (interceptBackend !== undefined && interceptBackend !== made.interceptBackend) {
    const message =
      'the Pipeline was made for another backend; change interceptBackend of the team and synthesize again';
    problems.push(problem('interceptBackend', message, { found: interceptBackend, expected: made.interceptBackend }));
  }
  return problems;
}

const PARAMS: { readonly [K in PipelineKind]: (request: RunInput) => PipelineParams<K> } = {
  bootstrap: (request) => {
    const apps = namedApps(request);
    return {
      apps,
      'app-revisions': revisions(request, apps),
      'version-overrides': perApp(request, request.versionOverrides),
      'force-rebuild': String(request.forceRebuild),
    };
  },
  'pr-test': (request) => {
    const { stack, apps, pr, revision = '', trust } = request;
    const callers = reachedBy(stack.apps);
    const tested = new Set(request.testApps ?? apps.flatMap((app) => [app, ...(callers.get(app) ?? [])]));
    const testApps = stack.apps.map((app) => app.name).filter((app) => tested.has(app));
    return {
      'changed-apps': namedApps(request),
      'test-apps': testApps,
      revision,
      'app-revisions': revisions(request, [...apps, ...testApps]),
      paths: propagationPaths(stack.apps, namedApps(request)),
      'pr-number': String(pr),
      session: sessionOf(request),
      scope: request.scope ?? (trust === 'untrusted' ? 'fork' : 'pr'),
      'force-rebuild': String(request.forceRebuild),
    };
  },
  'merge-release': ({ apps: [app = ''], appRevisions, revision = '', version = '' }) => ({
    app,
    revision: appRevisions[app] ?? revision,
    version,
  }),
  promote: (request) => ({ to: request.to ?? '', apps: namedApps(request) }),
  verify: ({ revision = '' }) => ({ revision }),
};

/**
 * The revision of each app: its own, or the request's if the app is in the repository that this is a commit of, which is
 * that of the named apps without their own. So the tests of an app that did not change are those of the pull request
 * where it shares the repository, and those of its default branch where it does not.
 */
function revisions(request: RunInput, concerned: readonly string[]): Readonly<Record<string, string>> {
  const { stack, appRevisions, revision = '' } = request;
  const repo = repoOf(
    request,
    namedApps(request).find((app) => appRevisions[app] === undefined),
  );
  return perApp(request, {
    ...Object.fromEntries(
      stack.apps.filter((app) => app.repo === repo && concerned.includes(app.name)).map((app) => [app.name, revision]),
    ),
    ...appRevisions,
  });
}

/** A group of pull requests shares the session of its first app. */
const sessionOf = (request: RunInput): string => session(repoOf(request, request.apps[0]), Number(request.pr));

const repoOf = ({ stack }: RunInput, name: string | undefined): App['repo'] =>
  stack.apps.find((app) => app.name === name)?.repo ?? '';

/** An object param is given whole: what is missing would not be filled in from its default. */
const perApp = ({ stack }: RunInput, values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(stack.apps.map(({ name }) => [name, values[name] ?? '']));

/** The same for the same spec, whatever the order of its keys. */
const hash = (spec: PipelineSpec): string => createHash('sha256').update(canonicalJson(spec)).digest('hex');
