import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { dump, loadAll } from 'js-yaml';
import { writeFleet } from './fleet';
import { report } from './report';
import type { Bar } from './report';

/**
 * `npm run bench -- synth`: synth of 50 teams of 40 apps in a cold process, beside the cost of only writing the same objects
 * with js-yaml, and beside 100 teams. Exit 1 when a bar is missed. The three take turns, so that what else the machine does
 * meets all of them, and of each the fastest of three counts: it is the one that was disturbed least.
 */
const APPS = 40;
const BARS = { overSerialising: 1.2, peakMB: 1000, doubling: 2.2 };
const ROUNDS = 3;

interface Run {
  readonly seconds: number;
  readonly peakMB: number;
}

const BIN = join(__dirname, '../../lib/cli/tekton-dag.js');
const REPORT_PEAK = join(__dirname, 'report-peak.js');

function coldSynth(root: string): Run {
  const start = performance.now();
  const child = spawnSync(
    process.execPath,
    ['--require', REPORT_PEAK, BIN, 'synth', '--root', root, '--out', join(root, 'dist')],
    { encoding: 'utf8' },
  );
  const seconds = (performance.now() - start) / 1000;
  if (child.status !== 0) throw new Error(child.stderr);
  return { seconds, peakMB: Number(/^peak-kB (\d+)$/m.exec(child.stderr)?.[1]) / 1024 };
}

/** Only `dump`, of every object that synth wrote. */
function serialise(dist: string): { seconds: number; objects: number; megabytes: number } {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  let milliseconds = 0;
  let objects = 0;
  let bytes = 0;
  for (const file of files) {
    const text = readFileSync(join(dist, file), 'utf8');
    const loaded = loadAll(text);
    objects += loaded.length;
    bytes += text.length;
    const start = performance.now();
    loaded.forEach((object) => dump(object, { lineWidth: -1, noRefs: true }));
    milliseconds += performance.now() - start;
  }
  return { seconds: milliseconds / 1000, objects, megabytes: bytes / 1e6 };
}

function generated(teams: number): string {
  const root = mkdtempSync(join(tmpdir(), 'tekton-dag-bench-'));
  writeFleet(root, teams, APPS);
  return root;
}

const [half, full] = [generated(50), generated(100)];
try {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    half: coldSynth(half),
    full: coldSynth(full),
    serialised: serialise(join(half, 'dist')),
  }));
  const fastest = (seconds: (round: (typeof rounds)[number]) => number): number => Math.min(...rounds.map(seconds));
  const [synth, twice, dumped] = [
    fastest(({ half }) => half.seconds),
    fastest(({ full }) => full.seconds),
    fastest(({ serialised }) => serialised.seconds),
  ];
  const { objects, megabytes } = rounds[0]!.serialised;
  console.log(`50 teams of ${APPS} apps: ${objects} objects, ${megabytes.toFixed(1)} MB of YAML`);
  const atMost = (limit: number): Bar => ({ is: 'at most', limit });
  report({
    name: 'synth',
    figures: [
      { name: `50 teams of ${APPS} apps, cold process`, value: synth, unit: 's' },
      {
        name: 'the same over the time to serialise',
        value: synth / dumped,
        unit: '',
        against: 'js-yaml dump of the same objects',
        bar: atMost(BARS.overSerialising),
      },
      {
        name: 'peak memory',
        value: Math.max(...rounds.map(({ half }) => half.peakMB)),
        unit: 'MB',
        bar: atMost(BARS.peakMB),
      },
      { name: '100 teams', value: twice / synth, unit: '', against: '50 teams', bar: atMost(BARS.doubling) },
    ],
    series: [
      {
        name: 'Time to synthesize',
        x: { name: 'teams of 40 apps', unit: '' },
        y: { name: 'cold process', unit: 's' },
        points: [
          [50, synth],
          [100, twice],
        ],
      },
    ],
  });
} finally {
  for (const root of [half, full]) rmSync(root, { recursive: true, force: true });
}
