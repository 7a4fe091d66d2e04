import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { jest } from '../support/jest';
import { MAIN_TEAM, belongings } from './support/belongings';
import { watchDemand } from './support/demand';
import { figures, recorded } from './support/record';
import type { Suite } from './support/suite';
import { tidy } from './support/tidy';
import { table } from './support/times';

interface Options {
  readonly keep?: true;
  readonly skipBootstrap?: true;
  readonly stack?: string;
  readonly changedApp?: string;
}

/** Stays as long as anything of the suite does, so that a part of it can be run again; each cluster has its own. */
const WORK = join(
  tmpdir(),
  `tekton-dag-e2e-${createHash('sha256')
    .update(process.env.KUBECONFIG ?? '')
    .digest('hex')
    .slice(0, 6)}`,
);
const SUITE = join(WORK, 'suite.json');
/** What --skip-bootstrap leaves out. */
const BOOTSTRAP = '/test/e2e/0[12]-';
/** Takes long, so it is run only when tests are named. */
const WHEN_ASKED = '/test/e2e/12-';

/**
 * `npm run test:e2e`: the tests of this folder against a cluster with Tekton, a registry and a git server.
 *
 * KUBECONFIG; CLUSTER_REGISTRY: as nodes call it, plain HTTP; CLUSTER_PUSH_REGISTRY: as pods do, the same unless set;
 * CLUSTER_GIT: what pods clone from (`git://`); CLUSTER_GIT_DIR: where its repositories lie; ORCHESTRATOR_IMAGE: that of
 * the orchestrator, which otherwise is made of this checkout. If the registry has an image `toolbox:1`, every tool is taken
 * from it, but for newman, Playwright and artillery, which then come from `newman:1`, `playwright:1` and `artillery:1` or are not run
 * (and so Traefik, `traefik:1`). In `playwright:1`, npm finds @playwright/test without a network. Images of apps are
 * then made on top of `base:1` (sh, node and python3) and `busybox:1` if those are there, which takes less time, else of
 * the toolbox. Where the network ends at the cluster, `npm ci` needs an image `platform:1` that has the packages of this
 * project. Argo CD is found by the clusters that it knows; CLUSTER_ARGOCD_NAME says which of them this one is, unless it is
 * the first by name.
 */
async function main(): Promise<number> {
  const program = new Command('test:e2e')
    .description('runs bootstrap, pull requests and releases on a real cluster')
    .option('--keep', 'leave what the tests make on the cluster, until the next start')
    .option('--skip-bootstrap', 'go on with what a suite with --keep has bootstrapped, and leave that')
    .option('--stack <name>', 'of the pull request that is rerun')
    .option('--changed-app <name>', 'of the pull request that is rerun; runs only that')
    .argument('[tests...]', 'patterns of test files, as jest takes them')
    .parse();
  const { keep, skipBootstrap, stack, changedApp } = program.opts<Options>();
  const { KUBECONFIG, CLUSTER_REGISTRY, CLUSTER_GIT, CLUSTER_GIT_DIR, CI } = process.env;
  if (!KUBECONFIG || !CLUSTER_REGISTRY || !CLUSTER_GIT || !CLUSTER_GIT_DIR) {
    console.error(
      'test:e2e: not run: no cluster (KUBECONFIG, CLUSTER_REGISTRY, CLUSTER_GIT and CLUSTER_GIT_DIR name one; docs/local.md says how to get it)',
    );
    return CI ? 1 : 0;
  }
  process.env.E2E_WORK = WORK;
  if (!skipBootstrap) await prepare({ registry: CLUSTER_REGISTRY, git: CLUSTER_GIT, gitDir: CLUSTER_GIT_DIR });
  else if (!existsSync(SUITE) || !belongings().some(({ owner }) => owner === MAIN_TEAM))
    throw new Error('there is nothing to go on with: run npm run test:e2e -- --keep 01- 02- first');
  if (keep || skipBootstrap) process.env.E2E_KEEP = keep ? 'all' : MAIN_TEAM;
  const patterns = [...(changedApp === undefined ? [] : ['04-']), ...program.args];
  const skip = [...(skipBootstrap ? [BOOTSTRAP] : []), ...(patterns.length === 0 ? [WHEN_ASKED] : [])];
  if (patterns.length === 0)
    console.log('test:e2e: not run, since nobody asked for it: 12, forty apps (npm run test:e2e -- 12-)');
  const demand = await watchDemand();
  const code = await jest(
    'jest.e2e.config.js',
    [...patterns, ...skip.flatMap((pattern) => ['--testPathIgnorePatterns', pattern])],
    {
      ...(stack !== undefined && { E2E_STACK: stack }),
      ...(changedApp !== undefined && { E2E_CHANGED_APP: changedApp }),
    },
  );
  console.log(`\n${[...recorded().map(table), [...figures(), await demand()].join('\n')].join('\n\n')}\n`);
  await end();
  return code;
}

/** Also after an interrupt, and after a story that failed. */
async function end(): Promise<void> {
  const stay = belongings();
  const kept = await tidy();
  const namespaces = stay.filter(({ owner, object }) => kept.includes(owner) && object.startsWith('namespace/'));
  if (namespaces.length > 0)
    console.log(
      `test:e2e: until the next start stay ${namespaces.map(({ object }) => object.slice('namespace/'.length)).join(', ')}`,
    );
}

async function prepare(cluster: Pick<Suite, 'registry' | 'git' | 'gitDir'>): Promise<void> {
  if (existsSync(SUITE)) await tidy();
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(WORK, { recursive: true });
  const suite: Suite = {
    id: `e2e-${randomBytes(3).toString('hex')}`,
    ...cluster,
    pushRegistry: process.env.CLUSTER_PUSH_REGISTRY ?? cluster.registry,
    ...(await imagesOf(cluster.registry)),
    argoCd: argoCdClusters(),
    triggers:
      spawnSync('kubectl', ['get', 'customresourcedefinition', 'eventlisteners.triggers.tekton.dev']).status === 0,
    work: WORK,
  };
  writeFileSync(SUITE, JSON.stringify(suite));
}

/** Names by which Argo CD knows clusters: first that of CLUSTER_ARGOCD_NAME, else the first by name. */
function argoCdClusters(): readonly string[] {
  const { status, stdout } = spawnSync(
    'kubectl',
    [
      'get',
      'secrets',
      '--namespace',
      'argocd',
      '--selector',
      'argocd.argoproj.io/secret-type=cluster',
      '--output=jsonpath={range .items[*]}{.data.name}{"\\n"}{end}',
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) return [];
  const names = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'base64').toString());
  const here = process.env.CLUSTER_ARGOCD_NAME;
  return names.sort((a, b) => Number(b === here) - Number(a === here) || a.localeCompare(b));
}

async function imagesOf(
  registry: string,
): Promise<Pick<Suite, 'toolbox' | 'base' | 'busybox' | 'runners' | 'traefik' | 'platform'>> {
  const imagesThere = async <Name extends string>(
    ...names: readonly Name[]
  ): Promise<Partial<Record<Name, string>>> => {
    const answers = await Promise.all(
      names.map((name) => fetch(`http://${registry}/v2/${name}/manifests/1`, { method: 'HEAD' })),
    );
    const there = names.filter((_, index) => answers[index]?.ok);
    return Object.fromEntries(there.map((name) => [name, `${registry}/${name}:1`])) as Partial<Record<Name, string>>;
  };
  return {
    ...(await imagesThere('toolbox', 'base', 'busybox', 'traefik', 'platform')),
    runners: await imagesThere('newman', 'playwright', 'artillery'),
  };
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`test:e2e: ${error.message}`);
    process.exit(1);
  },
);
