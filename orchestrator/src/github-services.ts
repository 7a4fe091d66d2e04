import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHost } from './hosts/ask-host';
import { hostOfApi } from '../../lib/words/git-address';
import { githubHost } from './hosts/github-host';
import { isSameHost } from '../../lib/runs/configuration/repositories';
import { createNotices } from './report/notices';
import type { Notices } from './report/notices';
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
  /** Tells people there; undefined while there is no token. */
  readonly notices: Notices | undefined;
  stop(): Promise<void>;
}

type Options = Omit<ReporterOptions, 'github' | 'isHost'> & Omit<RecoveryOptions, 'github' | 'isApp' | 'host' | 'asks'>;

/** A Secret that is created after the pod is mounted some time later. */
const LOOK_EVERY_MS = 1_000;

/** Starts the services now, or waits for the file of the token. */
export async function startGitHubServices(settings: Settings['github'], options: Options): Promise<GitHubServices> {
  const { log, metrics } = options;
  const name = hostOfApi(settings.apiUrl);
  const stopped = new AbortController();
  const { signal } = stopped;
  let host: GitHost | undefined;
  let notices: Notices | undefined;
  const isHost = (other: string): boolean =>
    other === name ||
    (options.configuration.current !== undefined && isSameHost(options.configuration.current, name, other));
  let parts: readonly { stop(): Promise<void> }[] = [startRecovery(metrics, undefined)];
  const begin = async (): Promise<boolean> => {
    const github = await connectGitHub(settings, log, metrics);
    if (github === undefined || signal.aborted) return false;
    host = githubHost(github.request, { dialect: settings.dialect, isHost }, log);
    notices = createNotices({ github, isHost, consoleUrl: options.consoleUrl, log });
    parts = [
      startReporter({ ...options, github, isHost }),
      startRecovery(
        metrics,
        // Gitea keeps no log of deliveries that it could be asked for
        settings.dialect === 'gitea'
          ? undefined
          : { ...options, github: github.request, isApp: github.appId !== undefined, host: name, asks: host },
      ),
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
    get notices() {
      return notices;
    },
    async stop() {
      stopped.abort();
      await Promise.all([waiting, ...parts.map((part) => part.stop())]);
    },
  };
}
