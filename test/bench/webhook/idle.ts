import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '../report';
import { teamFile } from './cluster';
import { answered } from './metrics';
import type { Programs } from './programs';

/** What orchestrators cost while nothing happens: their time of a core, and what they ask the API server. */

/** Until it leads and has read all runs. */
const SETTLE_MS = 20_000;
const MINUTE_MS = 60_000;

/** @param namespaces each for the Lease of one orchestrator, so that all lead; all look after the same runs */
export async function idle(programs: Programs, namespaces: readonly string[]): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'idle-'));
  writeFileSync(join(folder, 'team.json'), teamFile());
  try {
    const none = await minuteOf(programs, folder, []);
    const one = await minuteOf(programs, folder, namespaces.slice(0, 1));
    const all = await minuteOf(programs, folder, namespaces);
    return [
      {
        name: 'one idle orchestrator',
        value: one.coreSeconds,
        unit: 's of a core a minute',
        bar: { is: 'at most', limit: 1 },
      },
      { name: `${namespaces.length} idle orchestrators`, value: all.coreSeconds, unit: 's of a core a minute' },
      {
        name: 'one idle orchestrator asks the API server',
        value: one.asked - none.asked,
        unit: 'times a minute',
        bar: { is: 'at most', limit: 45 },
      },
      {
        name: `${namespaces.length} idle orchestrators ask the API server`,
        value: all.asked - none.asked,
        unit: 'times a minute',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function minuteOf(
  programs: Programs,
  folder: string,
  namespaces: readonly string[],
): Promise<{ readonly coreSeconds: number; readonly asked: number }> {
  const servers = await Promise.all(
    namespaces.map((NAMESPACE) => programs.orchestrator({ NAMESPACE, CONFIG_DIR: folder }, [])),
  );
  try {
    await sleep(SETTLE_MS);
    const spent = (): number => servers.reduce((sum, server) => sum + server.coreSeconds(), 0);
    const before = { spent: spent(), answered: answered() };
    await sleep(MINUTE_MS);
    return { coreSeconds: spent() - before.spent, asked: answered() - before.answered };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
