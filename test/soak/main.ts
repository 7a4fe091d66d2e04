import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isMet, report } from '../bench/report';
import type { Figure } from '../bench/report';
import type { Random } from '../chaos/random';
import { random } from '../chaos/random';
import type { ApiServer } from '../cluster/api-server';
import type { Replica } from '../cluster/orchestrator/support/replica';
import { Scene } from '../cluster/orchestrator/support/scene';
import { playOnTektonServer } from '../cluster/tekton-server';
import type { Slope } from '../support/least-squares';
import { Ledger } from './ledger';
import { Lives } from './lives';
import { Load } from './load';

const MINUTES = 60;
const BARS = { megabytesAnHour: 20, filesAnHour: 20 };

const HELP = `npm run test:soak -- [MINUTES] [--seed N] [--json FILE]

Gives two replicas of the orchestrator what a team gives them all day, for MINUTES (${MINUTES} by default): deliveries that
create, twice the same, ignored ones, bad signatures, cancelled pull requests, the API and the events of its page. Meanwhile
it kills and restarts the replicas, and restarts the API server. At the end each delivery that was taken must have become
exactly one run. Memory may not grow by more than ${BARS.megabytesAnHour} MB an hour within the life of a process, nor open files by more than
${BARS.filesAnHour} an hour: it fails where they do with 95 % confidence. The first two minutes of a life do not
count. So three minutes show that all parts work, and say nothing of memory.
Needs KUBEBUILDER_ASSETS, as npm run test:cluster does.

--seed N     gives the same faults again, though not at the same moments (1)
--json FILE  writes the figures into a file, too`;

const TEAM = 'soak';
const HOST = 'git.example.com';
const LIMIT = 4;
const RUN_MS = { least: 100, most: 2_000 };
/** A leak of a few megabytes would be nothing beside what Node lets come together before it collects. */
const COLLECTING = ['--expose-gc', '--require', join(__dirname, 'collect.js')];
/** Until code is compiled and what is kept for long has been read: two minutes were enough in runs of a quarter of an hour. */
const WARM_UP_MS = 120_000;

async function soak(server: ApiServer, minutes: number, chance: Random): Promise<readonly Figure[]> {
  const lengths = new Map<string, number>();
  const scene = await Scene.open(
    { [TEAM]: LIMIT },
    ({ metadata: { uid, creationTimestamp = '' } }) => {
      if (!lengths.has(uid)) lengths.set(uid, chance.between(RUN_MS.least, RUN_MS.most));
      return Date.now() - Date.parse(creationTimestamp) > lengths.get(uid)!;
    },
    { kubeconfig: server.kubeconfig, hosts: { [TEAM]: HOST } },
  );
  // it would keep every change; the ledger keeps what came of each pull request
  await scene.history.stop();
  const ledger = new Ledger(scene.api, TEAM);
  const replicas = [...(await scene.start({ long: COLLECTING, short: COLLECTING }))];
  const load = new Load(() => replicas, ledger, chance, HOST);
  const lives = new Lives();
  const faults = new Faults(scene, server, replicas, chance);
  const ticks = [
    setInterval(() => scene.tekton.lookAgain(), 250),
    setInterval(() => lives.look(replicas.map(({ pid }) => pid)), 1_000),
    setInterval(() => void ledger.prune(), 5_000),
    // each would be kept until the end
    setInterval(() => replicas.forEach(({ proxy }) => proxy.seen.splice(0)), 10_000),
  ];
  const until = performance.now() + minutes * 60_000;
  try {
    await Promise.all([load.run(until), faults.run(until)]);
    console.log('no more faults: waiting until everything is over');
    const left = await scene
      .until(300, async () => ledger.open.length === 0 || ledger.open.join('; '))
      .then(
        () => [],
        ({ message }: Error) => [message],
      );
    // an own write is seen a moment later
    await sleep(2_000);
    const violations = [...left, ...ledger.violations(), ...load.counts.wrong];
    violations.forEach((violation) => console.error(violation));
    const { wrong: _, ...counts } = load.counts;
    console.log(`${JSON.stringify(counts)}; ${JSON.stringify(faults.counts)}; ${ledger.runsStarted} runs`);
    return figuresOf(lives, violations.length);
  } finally {
    ticks.forEach(clearInterval);
    ledger.stop();
    await scene.close();
  }
}

function figuresOf(lives: Lives, violations: number): readonly Figure[] {
  const [memory, files] = [lives.growth('memory', WARM_UP_MS), lives.growth('files', WARM_UP_MS)];
  const growing = (name: string, unit: string, slope: Slope, limit: number): readonly Figure[] => [
    { name, value: slope.value, unit },
    { name: `${name}, at least with 95 % confidence`, value: slope.least, unit, bar: { is: 'at most', limit } },
    { name: `${name}, at most with 95 % confidence`, value: slope.most, unit },
  ];
  return [
    {
      name: 'deliveries that did not become exactly one run, or were answered wrongly',
      value: violations,
      unit: '',
      bar: { is: 'at most', limit: 0 },
    },
    { name: 'lives of processes that were long enough to measure', value: memory.lives, unit: '' },
    ...(memory.lives === 0
      ? []
      : [
          ...growing('memory grows', 'MB/h', memory, BARS.megabytesAnHour),
          ...growing('open files grow', '/h', files, BARS.filesAnHour),
        ]),
    { name: 'memory at most', value: lives.most.memory, unit: 'MB' },
    { name: 'open files at most', value: lives.most.files, unit: '' },
  ];
}

/** One replica is replaced half-way, the other all the time, and the API server now and then. */
class Faults {
  readonly counts = { killed: 0, stopped: 0, restarts: 0 };
  private started = 0;

  constructor(
    private readonly scene: Scene,
    private readonly server: ApiServer,
    private readonly replicas: Replica[],
    private readonly chance: Random,
  ) {}

  async run(until: number): Promise<void> {
    const left = until - performance.now();
    const waits = async (ms: number): Promise<boolean> => {
      await sleep(Math.max(0, Math.min(ms, until - performance.now())));
      return performance.now() < until;
    };
    const replace = async (): Promise<void> => {
      while (await waits(this.chance.between(15_000, 45_000))) await this.replace(1);
    };
    const interrupt = async (): Promise<void> => {
      while (await waits(this.chance.between(40_000, 90_000))) {
        await this.server.interrupt();
        await sleep(this.chance.between(0, 8_000));
        await this.server.resume();
        this.counts.restarts++;
      }
    };
    const half = async (): Promise<void> => void ((await waits(left / 2)) && (await this.replace(0)));
    await Promise.all([replace(), interrupt(), half()]);
  }

  /** Ends a replica, at once or in order, while the other one goes on; and starts another. */
  private async replace(index: number): Promise<void> {
    const old = this.replicas[index]!;
    if (this.chance.once(2)) this.counts.killed++;
    else {
      this.counts.stopped++;
      old.signal('SIGTERM');
      await old.ended();
    }
    await old.stop();
    this.replicas[index] = await this.scene.program.start(`soak-${index}-${++this.started}`, COLLECTING);
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(positionals[0] ?? MINUTES);
if (values.help) console.log(HELP);
else if (!(minutes > 0) || positionals.length > 1 || !Number.isInteger(Number(values.seed))) {
  console.error(`test:soak: '${positionals.join(' ')}' with seed '${values.seed}' is none\n\n${HELP}`);
  process.exitCode = 2;
} else
  playOnTektonServer('test:soak', async (server) => {
    const figures = await soak(server, minutes, random(Number(values.seed)));
    report({ name: 'soak', figures });
    return figures.every(isMet) ? 0 : 1;
  });
