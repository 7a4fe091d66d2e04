import type { z } from 'zod';
import type { GitHubRequest } from '../hosts/github-host';

type Parameters = Readonly<Record<string, string | number>>;

const PER_PAGE = 100;

/**
 * Reads lists of GitHub's API, the newest element first. A list that has not changed is not read again and costs nothing
 * of the rate limit.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
 */
export class Lists {
  /** The ETags of first pages, where every change appears. */
  private readonly etags = new Map<string, string>();

  constructor(private readonly github: GitHubRequest) {}

  /**
   * Reads a list page by page.
   * @param goesOn decides after each page whether the next one is read
   * @returns undefined if nothing has changed since it was last read
   */
  async read<T>(
    route: string,
    parameters: Parameters,
    item: z.ZodType<T>,
    goesOn: (page: readonly T[]) => boolean = () => true,
  ): Promise<readonly T[] | undefined> {
    const etag = this.etags.get(keyOf(route, parameters));
    const all: T[] = [];
    let first: string | undefined;
    for (let next: Parameters | undefined = {}; next !== undefined;) {
      const conditional: object =
        etag !== undefined && first === undefined ? { headers: { 'if-none-match': etag } } : {};
      const answer: Awaited<ReturnType<GitHubRequest>> | undefined = await this.github(route, {
        ...parameters,
        per_page: PER_PAGE,
        ...next,
        ...conditional,
      }).catch(notModified);
      if (answer === undefined) return undefined;
      const page = item.array().parse(answer.data);
      all.push(...page);
      first ??= String(answer.headers?.etag ?? '');
      next = goesOn(page) ? nextOf(answer.headers?.link) : undefined;
    }
    if (first) this.etags.set(keyOf(route, parameters), first);
    return all;
  }

  /** Makes the next call read the list whether or not it has changed. */
  forget(route: string, parameters: Parameters): void {
    this.etags.delete(keyOf(route, parameters));
  }
}

const keyOf = (route: string, parameters: Parameters): string => `${route} ${Object.values(parameters).join(' ')}`;

function notModified(error: unknown): undefined {
  if ((error as { readonly status?: number }).status !== 304) throw error;
}

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function nextOf(link: string | number | undefined): Parameters | undefined {
  const address = /<([^<>]+)>;\s*rel="next"/.exec(String(link ?? ''))?.[1];
  if (address === undefined) return undefined;
  const { searchParams } = new URL(address);
  const cursor = searchParams.get('cursor');
  return cursor === null ? { page: Number(searchParams.get('page')) } : { cursor };
}
