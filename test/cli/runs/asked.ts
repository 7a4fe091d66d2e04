import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ApiDeps } from '../../../orchestrator/src/http/api';
import type { TeamConfig } from '../../../lib/runs/configuration/configuration';
import { shop } from '../../orchestrator/support';
import type { MadeRun } from '../../page/scene';
import type { Served } from '../../page/served';
import { serve } from '../../page/served';
import type { Outcome } from '../../support/cli';
import { BIN, inProcess } from '../../support/cli';

/** The commands against an orchestrator's own API, by HTTP, of runs that are given. */

const ENVIRONMENT = ['TEKTON_DAG_URL', 'TEKTON_DAG_TOKEN', 'TEKTON_DAG_TOKEN_FILE', 'NO_COLOR'] as const;
type Environment = Partial<Readonly<Record<(typeof ENVIRONMENT)[number], string>>>;

/** Runs a command in this process. */
export async function command(env: Environment, ...args: readonly string[]): Promise<Outcome> {
  const before = ENVIRONMENT.map((name) => [name, process.env[name]] as const);
  for (const name of ENVIRONMENT) delete process.env[name];
  Object.assign(process.env, env);
  try {
    return await inProcess(args, __dirname);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** An orchestrator, and the commands that ask it. */
export async function orchestrator(
  over: Partial<ApiDeps> = {},
  team: TeamConfig = shop(),
  ...others: readonly TeamConfig[]
) {
  const served: Served = await serve(undefined, [team, ...others], over);
  return {
    ...served,
    team,
    run: (...args: readonly string[]) => command({ TEKTON_DAG_URL: served.url }, ...args),
    start: (...args: readonly string[]) => started(served.url, args),
  };
}

/** Orchestrators that show runs of a team, for the tests of a file; each ends with its test. */
export function showingRuns(team: TeamConfig) {
  const opened: Awaited<ReturnType<typeof orchestrator>>[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  return async (runs: readonly MadeRun[], over: Partial<ApiDeps> = {}, ...others: readonly TeamConfig[]) => {
    const one = await orchestrator(over, team, ...others);
    opened.push(one);
    one.show(runs);
    return one;
  };
}

/** Runs a command in a process of its own, for what ends when somebody ends it. */
function started(url: string, args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, TEKTON_DAG_URL: url } });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  const ended = once(child, 'close');
  return {
    said,
    /** Waits until it has said this. */
    async until(part: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
      while (!said[stream].includes(part)) {
        await Promise.race([once(child[stream], 'data'), ended]);
        if (child.exitCode !== null && !said[stream].includes(part))
          throw new Error(`it has ended, and said ${JSON.stringify(said)}`);
      }
      return said[stream];
    },
    /** @returns its exit code */
    ended: async (): Promise<number | null> => ((await ended) as [number | null])[0],
    async end(): Promise<void> {
      child.kill('SIGINT');
      await ended;
    },
  };
}
