import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exponentOf } from '../support/least-squares';
import { report } from './report';
import type { Figure, Series } from './report';
import { measure } from './scale/sample';
import type { Sample, Waiting } from './scale/sample';
import { synthesize } from './scale/teams';
import { Programs } from './webhook/programs';

/**
 * `npm run bench -- scale`: 25 to 200 teams of 40 apps in a real API server, and an orchestrator of two replicas that serves
 * all of them: 2,000 deliveries in ten seconds become runs, which end as soon as they have begun; and at last 10,000 requests
 * wait. Each size has a cluster of its own. Nothing starts pods: what stands in for Tekton writes two statuses of each run.
 * Needs KUBEBUILDER_ASSETS and CRDS_DIR.
 */
const SIZES = [25, 50, 100, 200];
const QUEUED = 10_000;
const EXPONENT = { is: 'at most', limit: 1.1 } as const;

async function main(assets: string, crds: string): Promise<void> {
  process.env.PATH = `${assets}:${process.env.PATH}`;
  const folder = mkdtempSync(join(tmpdir(), 'bench-scale-'));
  const programs = (KUBECONFIG: string, WEBHOOK_SECRETS_DIR: string): Programs =>
    new Programs(folder, 0, { KUBECONFIG, WEBHOOK_SECRETS_DIR });
  const synthesized = synthesize(Math.max(...SIZES));
  const samples: Sample[] = [];
  let waiting: Waiting | undefined;
  try {
    for (const size of SIZES) {
      const teams = { ...synthesized, teams: synthesized.teams.slice(0, size) };
      const queued = size === Math.max(...SIZES) ? QUEUED : 0;
      const measured = await measure(teams, { assets, crds, programs, queued });
      samples.push(measured.sample);
      waiting = measured.waiting;
      console.log(JSON.stringify(measured));
    }
  } finally {
    synthesized.remove();
    rmSync(folder, { recursive: true });
  }
  report({ name: 'scale', figures: [...figuresOf(samples), ...waitingFigures(waiting)], series: seriesOf(samples) });
}

/** What is told for the largest size, as a curve, and as an exponent. */
const GROWING: readonly { readonly name: string; readonly unit: string; readonly of: (sample: Sample) => number }[] = [
  { name: 'time to create the objects of the teams', unit: 's', of: ({ secondsToApply }) => secondsToApply },
  { name: 'start to ready', unit: 's', of: ({ secondsToReady }) => secondsToReady },
  { name: 'memory of a replica at rest', unit: 'MB', of: ({ memoryAtRest }) => memoryAtRest },
  { name: 'memory of a replica at most', unit: 'MB', of: ({ memoryAtMost }) => memoryAtMost },
  { name: 'time of a core for a run', unit: 'ms', of: ({ coreSecondsPerRun }) => coreSecondsPerRun * 1000 },
  { name: 'requests to the API server for a run', unit: '', of: ({ callsPerRun }) => callsPerRun },
];

function figuresOf(samples: readonly Sample[]): readonly Figure[] {
  const last = samples.at(-1)!;
  const at = `with ${last.teams} teams`;
  return [
    { name: `objects of ${last.teams} teams`, value: last.objects, unit: '' },
    ...GROWING.flatMap(({ name, unit, of }): readonly Figure[] => {
      const { value, least, most } = exponentOf(samples.map((sample) => [sample.teams, of(sample)]));
      return [
        { name: `${name} ${at}`, value: of(last), unit },
        { name: `${name}: exponent of growth`, value, unit: '', bar: EXPONENT },
        { name: `${name}: exponent at least, with 95 % confidence`, value: least, unit: '' },
        { name: `${name}: exponent at most, with 95 % confidence`, value: most, unit: '' },
      ];
    }),
    { name: `p50 of the answer ${at}`, value: last.answers.p50, unit: 'ms' },
    { name: `p99 of the answer ${at}`, value: last.answers.p99, unit: 'ms' },
    { name: `p50 of the wait in the queue ${at}`, value: last.wait.p50, unit: 's' },
    { name: `p99 of the wait in the queue ${at}`, value: last.wait.p99, unit: 's' },
    { name: 'etcd grows for a run until it is compacted', value: last.storedPerRun / 1000, unit: 'KB' },
    { name: 'request and run that stay', value: last.bytesPerRun / 1000, unit: 'KB' },
  ];
}

const waitingFigures = (waiting: Waiting | undefined): readonly Figure[] =>
  waiting === undefined
    ? []
    : [
        {
          name: `p99 of the answer while ${waiting.requests} requests come to wait`,
          value: waiting.answers.p99,
          unit: 'ms',
        },
        {
          name: `memory of a replica at most with ${waiting.requests} that wait`,
          value: waiting.memoryAtMost,
          unit: 'MB',
        },
        {
          name: `both replicas with ${waiting.requests} that wait`,
          value: waiting.coreSecondsPerMinute,
          unit: 's of a core a minute',
        },
      ];

const seriesOf = (samples: readonly Sample[]): readonly Series[] =>
  GROWING.map(({ name, unit, of }) => ({
    name,
    x: { name: 'teams', unit: '' },
    y: { name, unit },
    points: samples.map((sample) => [sample.teams, of(sample)] as const),
  }));

const { KUBEBUILDER_ASSETS: assets, CRDS_DIR: crds } = process.env;
if (!assets || !crds) {
  console.error(
    'scale: set KUBEBUILDER_ASSETS to a folder with etcd, kube-apiserver and kubectl, and CRDS_DIR to one with the CustomResourceDefinitions of Tekton',
  );
  process.exitCode = 1;
} else
  main(assets, crds).catch((error: Error) => {
    console.error(`scale: ${error.message}`);
    process.exitCode = 1;
  });
