import { session } from '../../../lib/words/names';
import type { Happening } from './deliveries';
import { pullRequestPayload } from './deliveries';
import type { Edits } from './git';
import { changeBranch, commit, merge } from './git';
import type { GitHub } from './github';
import { hold } from './hold';
import { until } from './until';

/** A pull request at GitHub: each thing that happens to it gives the payload that tells of it. Its runs are held. */
export class Change {
  readonly session: string;
  /** Newest commit of its branch. */
  revision = '';
  private readonly branch: string;

  /** @param name of the repository `e2e/<name>` */
  constructor(
    private readonly github: GitHub,
    private readonly name: string,
    readonly number: number,
  ) {
    this.session = session(this.repo, number);
    this.branch = changeBranch(number);
    hold(this.session);
  }

  get repo(): string {
    return `e2e/${this.name}`;
  }

  /** A commit; the first one opens it. */
  async push(edits: Edits): Promise<object> {
    const before = this.revision;
    this.revision = await commit(this.name, this.branch, edits, { from: before === '' ? 'main' : null });
    return this.payload(before === '' ? { action: 'opened' } : { action: 'synchronize', before });
  }

  close(): object {
    return this.payload({ action: 'closed' });
  }

  /** @returns main's new commit, too */
  async merge(): Promise<{ readonly payload: object; readonly sha: string }> {
    const sha = await merge(this.name, this.branch);
    return { payload: this.payload({ action: 'closed', mergeSha: sha }), sha };
  }

  /** @returns the status of the answer; 0: there was none */
  deliver(payload: object): Promise<number> {
    return this.github.deliver(this.repo, payload);
  }

  /** Waits until the one comment that it has says something. @throws with what it says instead */
  async isTold(text: string | RegExp): Promise<void> {
    const said = () => this.github.comments(this.repo, this.number);
    await until('the comment', 180, async () =>
      said().some((body) => (typeof text === 'string' ? body.includes(text) : text.test(body))) ? true : undefined,
    ).catch(() => {
      throw new Error(`no comment says ${text}, but\n${said().join('\n')}`);
    });
    if (said().length > 1) throw new Error(`it has ${said().length} comments`);
  }

  private payload(what: Pick<Happening, 'action' | 'before' | 'mergeSha'>): object {
    return pullRequestPayload(this.github.host, {
      repo: this.repo,
      number: this.number,
      branch: this.branch,
      sha: this.revision,
      ...what,
    });
  }
}
