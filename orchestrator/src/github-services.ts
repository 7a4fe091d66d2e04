import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHost } from './hosts/ask-host';
import { githubHost, hostOfApi } from './hosts/github-host';
import { startRecovery } from './recovery/recovery';
import type { RecoveryOptions } from './recovery/recovery';
import { connectGitHub } from './report/github-connection';
import { startReporter } from './report/reporter';
import type { ReporterOptions } from './report/reporter';
import type { Settings } from './settings';

/** The parts that need a token of GitHub: the reporter, recovery, and the questions of decisions. They start when there is one. */
export interface GitHubServices {
  /** GitHub, for the questions of decisions; undefined while there is no token. */
  readonly host: GitHost | undefined;
  stop(): Promise<void>;
}

type Options = Omit<ReporterOptions, 'github' | 'host'> & Omit<RecoveryOptions, 'github' | 'isApp' | 'host' | 'asks'>;

/** A Secret that is created after the pod is mounted some time later. */
const LOOK_EVERY_MS = 1_000;

/** Starts the services now, or waits for the file of the token. */
export async function startGitHubServices(settings: Settings['github'], options: Options): Promise<GitHubServices> {
  const { log, metrics } = options;
  const name = hostOfApi(settings.apiUrl);
  const stopped = new AbortController();
  const { signal } = stopped;
  let host: GitHost | undefined;
  let parts: readonly { stop(): Promise<void> }[] = [startRecovery(metrics, undefined)];
  const begin = async (): Promise<boolean> => {
    const github = await connectGitHub(settings, log, metrics);
    if (github === undefined || signal.aborted) return false;
    host = githubHost(github.request, name, log);
    parts = [
      startReporter({ ...options, github, host: name }),
      startRecovery(metrics, {
        ...options,
        github: github.request,
        isApp: github.appId !== undefined,
        host: name,
        asks: host,
      }),
    ];
    return true;
  };
  const wait = async (): Promise<void> => {
    while (!signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (await begin()) return log.info('there is a token for GitHub now');
    }
  };
  const waiting = (await begin()) || (settings.tokenFile ?? settings.app) === undefined ? undefined : wait();
  return {
    get host() {
      return host;
    },
    async stop() {
      stopped.abort();
      await Promise.all([waiting, ...parts.map((part) => part.stop())]);
    },
  };
}
