import type { Command } from './command';

/** Events of a Git host, the same for every host. They hold only what a decision is made of. */

/** A repository at a host. */
export interface Repo {
  /** Lower case, without port: a host is known by SSH under another. */
  readonly host: string;
  readonly fullName: string;
  /** Survives a rename; unknown to hosts without numbers. */
  readonly id?: number;
  /** Every address by which its host names it, for cloning and for people. */
  readonly addresses?: readonly string[];
}

/** An account at a host. Somebody else may take its name. */
export interface Account {
  readonly login: string;
  /** Outlives the name. */
  readonly id?: number;
}

/** Names a repository the same way whoever writes it: `host/owner/name` in lower case. */
export const repoKey = ({ host, fullName }: Pick<Repo, 'host' | 'fullName'>): string =>
  `${host}/${fullName}`.toLowerCase();

export interface PullRequest {
  readonly number: number;
  /** Empty: a closed pull request whose branch is gone. */
  readonly headSha: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** Its commits are in another repository, where others may push; or in none that is left. */
  readonly fromFork: boolean;
  readonly open: boolean;
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergeSha?: string;
  /** Of the repository that it goes to, by whoever describes the pull request. */
  readonly base?: { readonly id?: number; readonly defaultBranch?: string };
  readonly title: string;
  readonly body: string;
  readonly author: string;
  /** Its author's number at the host. */
  readonly authorId?: number;
  /** Whether the payload calls its author a member. It decides only where the host cannot be asked. */
  readonly byMember: boolean;
  /** RFC 3339, to the second. */
  readonly updatedAt: string;
}

/** An event of one repository. */
interface RepositoryEvent {
  readonly repo: Repo;
  readonly defaultBranch: string;
  readonly sender: string;
  /** The sender's number at the host. */
  readonly senderId?: number;
}

export interface PullRequestEvent extends RepositoryEvent {
  readonly kind: 'pull-request';
  readonly action: 'opened' | 'synchronize' | 'reopened' | 'ready_for_review' | 'edited' | 'closed';
  readonly pullRequest: PullRequest;
  /** Whether the host itself was read, and not a delivery. @default false */
  readonly isRead?: boolean;
  /** Head before a push. */
  readonly before?: string;
  /** What an edit replaced; what it left alone is missing. */
  readonly edited?: { readonly title?: string; readonly body?: string; readonly baseRef?: string };
}

/** A comment on a pull request, or the text of a review. */
export interface CommentEvent extends RepositoryEvent {
  readonly kind: 'comment';
  readonly id: number;
  /** Whether it is the text of a review, to which nobody can react. */
  readonly isReview: boolean;
  readonly commands: readonly Command[];
  readonly createdAt: string;
  readonly author: string;
  /** Its author's number at the host. */
  readonly authorId?: number;
  /** Whether the payload calls its author a member. It decides only where the host cannot be asked. */
  readonly byMember: boolean;
  readonly number: number;
  readonly open: boolean;
}

/** Somebody pressed "Re-run" beside a check run of ours, or "Re-run all checks" of a commit. */
export interface RerunEvent extends RepositoryEvent {
  readonly kind: 'rerun';
  /** Id of the check run, or of all that we have on the commit. */
  readonly id: number;
  readonly headSha: string;
  /** Name of the request that the check run is of; undefined: all of the commit are asked for. */
  readonly request?: string;
}

/** A merge queue made a commit of pull requests, and asks for its checks; or it has no use for that commit any more. */
export interface MergeGroupEvent extends RepositoryEvent {
  readonly kind: 'merge-group';
  readonly action: 'checks_requested' | 'destroyed';
  /** The pull request that the commit adds to those before it. */
  readonly number: number;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** When the commit was made, as the host says. */
  readonly at?: string;
}

/** A repository was renamed or moved to another owner. */
export interface RenamedEvent extends RepositoryEvent {
  readonly kind: 'renamed';
}

/** A well-formed event from which nothing follows. */
export interface OtherEvent {
  readonly kind: 'other';
  readonly reason: Reason;
  readonly detail: string;
}

export type Event =
  | PullRequestEvent
  | CommentEvent
  | RerunEvent
  | MergeGroupEvent
  | RenamedEvent
  | OtherEvent
  | { readonly kind: 'ping' };

/** An event of a repository. */
export type LocatedEvent = Exclude<Event, { kind: 'other' | 'ping' }>;

/** The pull request that an event names. */
export const numberOf = (event: LocatedEvent): number | undefined =>
  event.kind === 'pull-request' ? event.pullRequest.number : 'number' in event ? event.number : undefined;

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
  'renamed_repo',
  'already_tested',
  'unverified',
  'other_repository',
] as const;
export type Reason = (typeof REASONS)[number];
