import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '../report';
import { NAMESPACE, teamFile } from './cluster';
import { answered } from './metrics';
import type { Programs } from './programs';
import type { Server } from './server';

/** What orchestrators cost while nothing happens: their time of a core, and what they ask the API server. */

const MINUTE_MS = 60_000;
/** After the start code is compiled and memory collected. It is over once a stretch of time costs what the last one did. */
const SETTLING = { stretchMs: 10_000, like: 0.8, stretchesAtMost: 18 };

/**
 * @param namespaces each has the Lease of one orchestrator, so that all lead. One alone looks after all the runs that there
 * are; of several, each looks after its own namespace, which is empty.
 */
export async function idle(programs: Programs, namespaces: readonly string[]): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'idle-'));
  try {
    const none = await minuteOf([]);
    const one = await minuteOf(await start(programs, folder, namespaces.slice(0, 1), () => NAMESPACE));
    const all = await minuteOf(await start(programs, folder, namespaces, (own) => own));
    const many = `${namespaces.length} idle orchestrators`;
    return [
      {
        name: 'one idle orchestrator',
        value: one.coreSeconds,
        unit: 's of a core a minute',
        bar: { is: 'at most', limit: 1 },
      },
      { name: many, value: all.coreSeconds, unit: 's of a core a minute' },
      {
        name: 'one idle orchestrator asks the API server',
        value: one.asked - none.asked,
        unit: 'times a minute',
        bar: { is: 'at most', limit: 45 },
      },
      { name: `${many} ask the API server`, value: all.asked - none.asked, unit: 'times a minute' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param runsIn where the orchestrator of this namespace looks after runs */
const start = (
  programs: Programs,
  folder: string,
  namespaces: readonly string[],
  runsIn: (namespace: string) => string,
): Promise<readonly Server[]> =>
  Promise.all(
    namespaces.map((namespace) => {
      const configuration = join(folder, `${namespace}-${namespaces.length}`);
      mkdirSync(configuration);
      writeFileSync(join(configuration, 'team.json'), teamFile(runsIn(namespace)));
      return programs.orchestrator({ NAMESPACE: namespace, CONFIG_DIR: configuration }, []);
    }),
  );

async function minuteOf(servers: readonly Server[]): Promise<{ readonly coreSeconds: number; readonly asked: number }> {
  const spent = (): number => servers.reduce((sum, server) => sum + server.coreSeconds(), 0);
  const spentIn = async (ms: number): Promise<number> => {
    const before = spent();
    await sleep(ms);
    return spent() - before;
  };
  try {
    let last = Infinity;
    for (let stretch = 0; stretch < SETTLING.stretchesAtMost; stretch++) {
      const now = await spentIn(SETTLING.stretchMs);
      if (now >= last * SETTLING.like) break;
      last = now;
    }
    const before = answered();
    const coreSeconds = await spentIn(MINUTE_MS);
    return { coreSeconds, asked: answered() - before };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
