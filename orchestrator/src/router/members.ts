import { readFile } from 'node:fs/promises';
import { indexMembers, routingSchema } from '../../../lib/runs/configuration/routing';
import type { Routing } from '../../../lib/runs/configuration/routing';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { reread } from '../reread';
import type { MemberHealth } from './health';

/** The members of a router as they change. */
export interface Members {
  /** Undefined until a first good file is there. */
  readonly current: Routing | undefined;
  /** @throws if the file cannot be read; then what it said last holds */
  reload(): Promise<void>;
  stop(): void;
}

/** Follows a mounted file that lists the members. */
export async function membersOfFile(
  file: string,
  { log, metrics, health }: { readonly log: Log; readonly metrics: Metrics; readonly health: MemberHealth },
): Promise<Members> {
  let current: Routing | undefined;
  let seen = '';
  let generation = 0;
  const reload = async () => {
    const text = await readFile(file, 'utf8');
    if (text === seen) return;
    seen = text;
    const { members } = routingSchema.parse(JSON.parse(text));
    health.keep(members.map(({ name }) => name));
    current = indexMembers(members);
    metrics.configGeneration.set(++generation);
    metrics.configLastSuccess.setToCurrentTime();
    log.info({ members: members.map(({ name }) => name) }, 'members taken');
  };
  const tell = (error: Error) =>
    log.error({ file, error: error.message }, 'members: the file cannot be read; what it said last holds');
  await reload().catch(tell);
  return {
    get current() {
      return current;
    },
    reload,
    stop: reread(reload, tell),
  };
}
