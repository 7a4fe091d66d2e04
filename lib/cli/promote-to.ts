import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editVersions } from '../fleet/edit-versions';
import type { Promotion, Versions } from '../fleet/promotion';
import { entryOf, planPromotion, versionsText } from '../fleet/promotion';
import { list } from '../words/phrase';
import { pick, pickAll } from './pick';
import { EXIT, print, tell } from './terminal';
import type { ExitCode } from './terminal';
import { UsageError, together } from './usage-error';
import { readText } from './read-text';

/** A promotion, whoever knows of the team: the command, by its files; a run, by what synth has left for releases. */

/** A cluster of a team, and what is released there. */
export interface Stage {
  readonly cluster: string;
  readonly versions: Versions;
  /** Of the versions, relative to the root. */
  readonly file: string;
}

/** A team of which something can be promoted. */
export interface Promotable {
  readonly team: string;
  /** In the order of promotions. */
  readonly stages: readonly Stage[];
  readonly apps: readonly string[];
}

interface Wish {
  readonly root: string;
  readonly to: string;
  /** @default - all apps */
  readonly apps?: readonly string[];
  /** What is left to do once something is written. */
  readonly next?: string;
}

/** The versions of the cluster before become those of a cluster. */
export function promoteTo({ team, stages, apps }: Promotable, wish: Wish): ExitCode {
  const owner = `team '${team}'`;
  const [{ stage: to }, asked] = together(
    () =>
      pick(
        'cluster',
        stages.map((stage) => ({ name: stage.cluster, stage })),
        wish.to,
        owner,
      ),
    () => namesOf(pickAll('app', apps.map(named), wish.apps ?? apps, owner)),
  );
  const from = stages[stages.indexOf(to) - 1];
  if (from === undefined)
    throw new UsageError(`${to.cluster} is the first cluster of ${owner}: releases come there by themselves`);
  const promotion = planPromotion(from.versions, to.versions, asked, from.cluster);
  const { moved, held } = promotion;
  if (held.length === asked.length) {
    tell(`nothing to promote: ${from.cluster} has no release of ${list(asked, 'and')} (no digest in ${from.file})`);
    return EXIT.failed;
  }
  if (moved.length > 0) write(join(wish.root, to.file), to.file, promotion);
  print(
    [
      ...moved.map((move) => `${move.app}: ${move.from ?? 'nothing'} → ${move.to}`),
      ...held.map(({ app, why }) => `${app} stays: ${why}`),
      moved.length > 0 ? `wrote ${to.file}` : `${to.cluster} has all that ${from.cluster} has`,
      ...(moved.length > 0 && wish.next !== undefined ? ['', wish.next] : []),
    ].join('\n'),
  );
  return EXIT.done;
}

const named = (name: string): { readonly name: string } => ({ name });
const namesOf = (things: readonly { readonly name: string }[]): readonly string[] => things.map(({ name }) => name);

/** A file that is there is edited; the first promotion makes it. */
function write(path: string, file: string, { versions, moved }: Promotion): void {
  const changes = Object.fromEntries(moved.map(({ app }) => [app, entryOf(versions[app]!)]));
  const text = existsSync(path) ? editVersions({ file, text: readText(path, file) }, changes) : versionsText(versions);
  writeFileSync(path, text);
}
