import type { PullOptions } from '../support';
import { NOW, pullRequestPayload } from '../support';
import type { Call, Endpoints } from './github-api';
import { Headed, Refusal } from './github-api';
import { example } from './github-description';
import { pageOf, repoOf } from './github-reports';

/** One attempt, as GitHub's log of a webhook has it. */
export interface Attempt {
  readonly id: number;
  readonly guid: string;
  readonly delivered_at: string;
  readonly redelivery: boolean;
  readonly status_code: number;
  readonly event: string;
  readonly payload: unknown;
}

/** Of a repository, an organisation, or the App. */
export interface Hook {
  readonly id: number;
  readonly of: string;
  readonly url: string;
  readonly active?: boolean;
  /** The newest first. */
  readonly attempts: Attempt[];
}

type Pull = ReturnType<typeof pullRequestPayload>['pull_request'] & {
  readonly created_at: string;
  readonly closed_at: string | null;
};

/** What happens at GitHub, and the webhooks by which it tells of it. */
export class Events {
  readonly hooks: Hook[] = [];
  /** Those that are there, by repository; the one that changed last first. */
  readonly pulls = new Map<string, Pull[]>();
  /** When the commits were made. */
  committed = new Date(NOW).toISOString();
  /** Logins of those who may push; of all others GitHub says `read`. */
  readonly members = new Set<string>();
  private made = 0;
  private under: Promise<unknown> = Promise.resolve();

  /** @param send how a delivery is sent, and what is answered: 0 if nothing is */
  constructor(
    private readonly send: (attempt: Pick<Attempt, 'guid' | 'event' | 'payload'>) => Promise<number> = async () => 200,
    private readonly now: () => number = () => NOW,
  ) {}

  hook(of: string, url = 'https://ci.example.com/webhook/github', active = true): Hook {
    const hook = { id: this.hooks.length + 1, of, url, active, attempts: [] };
    this.hooks.push(hook);
    return hook;
  }

  async deliver(hook: Hook, guid: string, event: string, payload: unknown = {}, redelivery = false): Promise<number> {
    const status = await this.send({ guid, event, payload });
    hook.attempts.unshift({
      id: ++this.made,
      guid,
      delivered_at: new Date(this.now()).toISOString(),
      redelivery,
      status_code: status,
      event,
      payload,
    });
    return status;
  }

  /** Waits until what was asked for again is delivered. */
  async quiet(): Promise<void> {
    await this.under;
  }

  /** As the event of a pull request leaves it. @param more what it is otherwise */
  pull(options: PullOptions, more: Partial<Pull> = {}): void {
    const { repository, ...payload } = pullRequestPayload(options);
    this.shows(repository.full_name, payload, more);
  }

  /** As a payload leaves it. */
  shows(repo: string, payload: object, more: Partial<Pull> = {}): void {
    const { pull_request } = payload as Pick<ReturnType<typeof pullRequestPayload>, 'pull_request'>;
    const { updated_at: at, state } = pull_request;
    const pull = { ...pull_request, created_at: at, closed_at: state === 'closed' ? at : null, ...more };
    const others = (this.pulls.get(repo) ?? []).filter(({ number }) => number !== pull.number);
    this.pulls.set(
      repo,
      [pull, ...others].sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at)),
    );
  }

  readonly endpoints: Endpoints = {
    'GET /repos/{owner}/{repo}/hooks': ({ path }) =>
      this.hooks.filter(({ of }) => of === repoOf(path)).map((hook) => shownHook('hook', hook)),
    'GET /orgs/{org}/hooks': ({ path }) =>
      this.hooks.filter(({ of }) => of === path.org).map((hook) => shownHook('org-hook', hook)),
    'GET /app/hook/config': () => ({
      ...example('webhook-config'),
      url: this.hooks.find(({ of }) => of === 'app')?.url,
    }),
    'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries': (call) => this.attempts(call),
    'GET /orgs/{org}/hooks/{hook_id}/deliveries': (call) => this.attempts(call),
    'GET /app/hook/deliveries': (call) => this.attempts(call),
    'POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts': (call) => this.again(call),
    'POST /orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}/attempts': (call) => this.again(call),
    'POST /app/hook/deliveries/{delivery_id}/attempts': (call) => this.again(call),
    'GET /repos/{owner}/{repo}/pulls': ({ path, query, route }) => {
      const all = this.pulls.get(repoOf(path)) ?? [];
      const isMore = Number(query.page ?? 1) * Number(query.per_page) < all.length;
      return new Headed(
        pageOf(all, query).map(shownPull),
        isMore ? linkTo(route, `page=${Number(query.page ?? 1) + 1}`) : {},
      );
    },
    'GET /repos/{owner}/{repo}/pulls/{pull_number}': ({ path }) => {
      const pull = this.pulls.get(repoOf(path))?.find(({ number }) => number === path.pull_number);
      if (pull === undefined) throw new Refusal(404, 'Not Found');
      return { ...example('pull-request'), ...shownPull(pull), merged: pull.merged };
    },
    // whatever is merged is on its branch
    'GET /repos/{owner}/{repo}/compare/{basehead}': () => ({
      ...example('commit-comparison'),
      status: 'behind',
      ahead_by: 0,
      total_commits: 0,
    }),
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission': ({ path }) => {
      const permission = this.members.has(String(path.username)) ? 'write' : 'read';
      return { permission, role_name: permission, user: null };
    },
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': ({ path }) => {
      const shown = example<{ readonly committer: object }>('git-commit');
      return { ...shown, sha: path.commit_sha, committer: { ...shown.committer, date: this.committed } };
    },
  };

  private attempts({ route, path, query }: Call): Headed {
    const { attempts } = this.hookOf(path);
    const start = Number(query.cursor ?? 0);
    const end = start + Number(query.per_page);
    const page = attempts.slice(start, end).map(({ payload: _, ...attempt }) => ({
      ...shownAttempt(),
      ...attempt,
      status: attempt.status_code === 200 ? 'OK' : 'failed',
    }));
    return new Headed(page, end < attempts.length ? linkTo(route, `cursor=${end}`) : {});
  }

  /** It is sent when this is answered, as GitHub does it. */
  private again({ path }: Call): object {
    const hook = this.hookOf(path);
    const { guid, event, payload } = hook.attempts.find(({ id }) => id === path.delivery_id)!;
    this.under = Promise.all([this.under, this.deliver(hook, guid, event, payload, true)]);
    return {};
  }

  private hookOf({ hook_id: id }: Call['path']): Hook {
    return this.hooks.find((hook) => (id === undefined ? hook.of === 'app' : hook.id === id))!;
  }
}

const linkTo = (route: string, query: string) => ({
  link: `<https://api.github.com${route.split(' ')[1]}?${query}>; rel="next"`,
});

const shownAttempt = (): object => example<readonly object[] & Record<string, unknown>>('hook-delivery-items')[0]!;

function shownHook(name: 'hook' | 'org-hook', { id, url, active }: Hook): object {
  const shown = example<{ readonly config: object }>(name);
  return { ...shown, id, active, config: { ...shown.config, url } };
}

interface Side {
  readonly repo: object;
}

/** A pull request as GitHub shows it alone, with all that it says beside what is read here. */
export function wholePull(options: PullOptions): object {
  const whole = example<Record<'user' | 'head' | 'base', Side & Record<string, unknown>>>('pull-request');
  const { pull_request: pull } = pullRequestPayload(options);
  const side = (name: 'head' | 'base') => ({
    ...whole[name],
    ...pull[name],
    repo: { ...whole[name].repo, ...pull[name].repo },
  });
  // the example leaves out what the description asks of a team
  return {
    ...whole,
    requested_teams: [],
    ...pull,
    user: { ...whole.user, ...pull.user },
    head: side('head'),
    base: side('base'),
  };
}

/** A list does not say whether it is merged, but when. */
function shownPull({ merged, head, base, user, ...pull }: Pull): object {
  const [shown] = example<
    readonly { readonly head: Side; readonly base: Side; readonly user: object }[] & Record<string, unknown>
  >('pull-request-simple-items');
  const sideOf = (side: Side, { repo, ...own }: Pull['head'] | Pull['base']): object => ({
    ...side,
    ...own,
    repo: repo === null ? null : { ...side.repo, ...repo },
  });
  // its example says too little of a team
  return {
    ...shown,
    requested_teams: [],
    ...pull,
    user: { ...shown!.user, ...user },
    merged_at: merged ? pull.closed_at : null,
    head: sideOf(shown!.head, head),
    base: sideOf(shown!.base, base),
  };
}
