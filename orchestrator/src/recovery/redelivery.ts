import { z } from 'zod';
import type { Configuration } from '../../../lib/runs/configuration/configuration';
import type { GitHubRequest } from '../hosts/github-host';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Attempt } from './deliveries';
import { attemptSchema, deliveredAt, missedOf } from './deliveries';
import { abortableCalls, forEachPermitted } from './github-calls';
import { Lists } from './lists';
import { pathOf, repositoriesAt } from './repositories';
import type { Watermark } from './watermark';

/**
 * Asks GitHub to send again what did not arrive, which it never does by itself. GitHub's log of the webhook says how often
 * each delivery was tried, so the only thing to remember is how far the log was read.
 * https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
 */

/** What the redelivery asks, and remembers with. */
export interface RedeliveryOptions {
  readonly github: GitHubRequest;
  /** Whether the token is that of a GitHub App, which has one webhook of its own. Any other token reads the webhooks of repositories and organisations. */
  readonly isApp: boolean;
  /** The host that the token belongs to; no other host is asked. */
  readonly host: string;
  readonly configuration: { readonly current: Configuration | undefined };
  readonly watermark: Watermark;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

/** A repository or an organisation, which has webhooks. */
interface Owner {
  readonly name: string;
  readonly hooks: string;
  readonly path: Readonly<Record<string, string>>;
}

/** A webhook that delivers here. */
interface Hook {
  readonly name: string;
  /** The route of its deliveries, without `/deliveries`. */
  readonly route: string;
  readonly path: Readonly<Record<string, string | number>>;
}

const HOUR = 3_600_000;
/** GitHub keeps the log for three days. */
const LOOKBACK_MS = 70 * HOUR;
/** A delivery appears in the log some time after its start. */
const OVERLAP_MS = HOUR / 6;

const config = z.object({ url: z.string().optional() });
const hookSchema = z.object({ id: z.number().int(), active: z.boolean(), config });

/** Redelivers what the webhooks of all teams have missed. */
export class Redelivery {
  private readonly github: GitHubRequest;
  private readonly lists: Lists;
  /** The webhooks of each owner, as they were last read. */
  private readonly hooks = new Map<string, readonly Hook[]>();

  constructor(
    private readonly options: RedeliveryOptions,
    signal: AbortSignal,
  ) {
    this.github = abortableCalls(signal, options.github);
    this.lists = new Lists(this.github);
  }

  /** @returns whether any webhook can be read @throws if GitHub or the cluster is away; the next look does what is left */
  async look(): Promise<boolean> {
    const { watermark, now, log } = this.options;
    const before = await watermark.read();
    const since = Math.max(before, now() - LOOKBACK_MS);
    let [newest, open] = [since, Infinity];
    const looked = await forEachPermitted(await this.ownHooks(), log, async (hook) => {
      const attempts = await this.attempts(hook, since);
      if (attempts[0] !== undefined) newest = Math.max(newest, deliveredAt(attempts[0]) - OVERLAP_MS);
      const missed = missedOf(attempts, now());
      open = Math.min(open, missed.since ?? Infinity);
      if (missed.since !== undefined) this.lists.forget(`GET ${hook.route}/deliveries`, hook.path);
      for (const attempt of missed.due) await this.redeliver(hook, attempt);
    });
    const done = Math.min(newest, open);
    if (done > before && looked > 0) await watermark.write(done);
    return looked > 0;
  }

  private async attempts({ route, path }: Hook, since: number): Promise<readonly Attempt[]> {
    const isSince = (attempt: Attempt) => deliveredAt(attempt) >= since;
    const attempts = await this.lists.read(`GET ${route}/deliveries`, path, attemptSchema, (page) =>
      page.every(isSince),
    );
    return attempts?.filter(isSince) ?? [];
  }

  private async redeliver({ name, route, path }: Hook, { id, guid, status_code: status }: Attempt): Promise<void> {
    const { metrics, log } = this.options;
    await this.github(`POST ${route}/deliveries/{delivery_id}/attempts`, { ...path, delivery_id: id });
    metrics.redeliveriesRequested.inc();
    log.info({ name, delivery: guid, status }, 'GitHub is asked to deliver again');
  }

  private async ownHooks(): Promise<readonly Hook[]> {
    const { isApp, log } = this.options;
    if (isApp) {
      const { data } = await this.github('GET /app/hook/config', {});
      return isHere(config.parse(data).url) ? [{ name: 'app', route: '/app/hook', path: {} }] : [];
    }
    const found: Hook[] = [];
    await forEachPermitted(this.owners(), log, async (owner) => void found.push(...(await this.hooksOf(owner))));
    return found;
  }

  private async hooksOf({ name, hooks: route, path }: Owner): Promise<readonly Hook[]> {
    const read = await this.lists.read(`GET ${route}`, path, hookSchema).catch((error: { status?: number }) => {
      // a person has no webhooks, and a token for repositories alone does not see those of an organisation
      if (name.includes('/') || (error.status !== 403 && error.status !== 404)) throw error;
      return [];
    });
    const hooks = read
      ?.filter(({ active, config: { url } }) => active && isHere(url))
      .map(({ id }): Hook => ({ name, route: `${route}/{hook_id}`, path: { ...path, hook_id: id } }));
    if (hooks !== undefined) this.hooks.set(name, hooks);
    return this.hooks.get(name) ?? [];
  }

  private owners(): readonly Owner[] {
    const { host, configuration } = this.options;
    const repositories = configuration.current === undefined ? [] : repositoriesAt(host, configuration.current);
    const organisations = [...new Set(repositories.map((repo) => pathOf(repo).owner))];
    return [
      ...organisations.map((org) => ({ name: org, hooks: '/orgs/{org}/hooks', path: { org } })),
      ...repositories.map((repo) => ({
        name: repo.fullName,
        hooks: '/repos/{owner}/{repo}/hooks',
        path: pathOf(repo),
      })),
    ];
  }
}

/**
 * Whether a webhook delivers here, judged by its path: the orchestrator cannot know the name that it is reached by. Another
 * orchestrator with the same path gets its own deliveries again, which creates nothing twice there either.
 */
const isHere = (url: string | undefined): boolean =>
  url !== undefined && URL.canParse(url) && /\/webhook\/github(?:\/[^/]+)?$/.test(new URL(url).pathname);
