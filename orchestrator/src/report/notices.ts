import type { Notice } from '../../../lib/runs/decisions/decision';
import type { Repo } from '../../../lib/runs/events/event';
import type { Log } from '../log';
import { writeComment } from './comment';
import { writeCommitState } from './commit';
import type { GitHub, RepoPath } from './github-connection';
import { reportOf } from './report';
import type { Request } from '../queue/objects';

/** Tells people at the Git host what a delivery came to, apart from how runs stand. */
export interface Notices {
  /** Begins to tell, and does not keep the answer of a delivery waiting. */
  tell(repo: Repo, notices: readonly Notice[]): void;
  /** Waits until everything is told, or cannot be. */
  quiet(): Promise<void>;
}

/** How notices are told. */
export interface NoticesOptions {
  readonly github: GitHub;
  readonly isHost: (host: string) => boolean;
  readonly consoleUrl?: string;
  readonly log: Log;
}

const TELL_MS = 10_000;
/** Deliveries that came in a burst and are not told yet; the rest of one is left out. */
const MOST = 200;

/** Tells one after the other, so that two of one comment do not make two. What cannot be told is in the log. */
export function createNotices({ github, isHost, consoleUrl, log }: NoticesOptions): Notices {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  const tell = async (repo: Repo, notice: Notice): Promise<void> => {
    const [owner = '', name = ''] = repo.fullName.split('/');
    const path: RepoPath = { owner, repo: name, request: { signal: AbortSignal.timeout(TELL_MS) } };
    switch (notice.kind) {
      case 'heard':
        return void (await github.request('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
          ...path,
          comment_id: notice.comment,
          content: 'eyes',
        }));
      case 'comment':
        return writeComment(github, path, notice.number, notice.marker, notice.text);
      case 'tested': {
        const request = notice.request as Request;
        const told: Request = { ...request, spec: { ...request.spec, revision: notice.sha } };
        return writeCommitState(github, path, told, reportOf(told, [], consoleUrl), true);
      }
    }
  };
  return {
    tell(repo, notices) {
      if (!isHost(repo.host)) return;
      for (const notice of notices) {
        if (waiting >= MOST) return void log.warn({ repo: repo.fullName }, 'too much is to be told; this is left out');
        waiting++;
        last = last
          .then(() => tell(repo, notice))
          .catch((error: Error) =>
            log.warn({ repo: repo.fullName, notice: notice.kind, error: error.message }, 'the Git host was not told'),
          )
          .finally(() => waiting--);
      }
    },
    quiet: () => last,
  };
}
