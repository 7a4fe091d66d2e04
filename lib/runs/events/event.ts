/** Events of a Git host, the same for every host. They hold only what a decision is made of. */

/** A repository at a host. */
export interface Repo {
  /** Lower case, without port: a host is known by SSH under another. */
  readonly host: string;
  readonly fullName: string;
  /** Survives a rename; unknown to hosts without numbers. */
  readonly id?: number;
}

/** Names a repository the same way whoever writes it: `host/owner/name` in lower case. */
export const repoKey = ({ host, fullName }: Pick<Repo, 'host' | 'fullName'>): string =>
  `${host}/${fullName}`.toLowerCase();

export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** Its commits are in another repository, where others may push; or in none that is left. */
  readonly fromFork: boolean;
  readonly open: boolean;
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergeSha?: string;
  readonly title: string;
  readonly body: string;
  /** Whether its author may push to the repository it goes to. */
  readonly byMember: boolean;
  /** RFC 3339, to the second. */
  readonly updatedAt: string;
}

/** An event of one repository. */
interface RepositoryEvent {
  readonly repo: Repo;
  readonly defaultBranch: string;
  readonly sender: string;
}

export interface PullRequestEvent extends RepositoryEvent {
  readonly kind: 'pull-request';
  readonly action: 'opened' | 'synchronize' | 'reopened' | 'ready_for_review' | 'closed';
  readonly pullRequest: PullRequest;
  /** Head before a push. */
  readonly before?: string;
}

export interface CommentEvent extends RepositoryEvent {
  readonly kind: 'comment';
  readonly id: number;
  readonly body: string;
  readonly createdAt: string;
  readonly byMember: boolean;
  readonly number: number;
  readonly open: boolean;
}

/** Somebody pressed "Re-run" beside a check run of ours. */
export interface RerunEvent extends RepositoryEvent {
  readonly kind: 'rerun';
  /** Id of the check run. */
  readonly id: number;
  readonly headSha: string;
  /** Name of the request that the check run is of. */
  readonly request: string;
}

/** A well-formed event from which nothing follows. */
export interface OtherEvent {
  readonly kind: 'other';
  readonly reason: Reason;
  readonly detail: string;
}

export type Event = PullRequestEvent | CommentEvent | RerunEvent | OtherEvent | { readonly kind: 'ping' };

/** Why nothing follows from a delivery. The words are stable, because programs read them. */
export const REASONS = [
  'event',
  'action',
  'unmapped_repo',
  'stale',
  'draft',
  'untrusted',
  'closed_unmerged',
  'skip_ci',
  'base_branch',
  'no_command',
  'unknown_head',
  'nothing_failed',
] as const;
export type Reason = (typeof REASONS)[number];
