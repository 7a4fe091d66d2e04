import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOOL_IMAGES } from '../../../lib/fleet/tool-images';
import { resolveImages } from '../../../lib/output/tasks/shared/images';

/**
 * What the whole suite agrees on: `suite()` gives the cluster's addresses, the folder with the team's files and what a
 * person asked for on the command line. test/e2e/main.ts writes it, once; every test file reads it.
 */

export type Runner = 'newman' | 'playwright' | 'artillery';

export interface Suite {
  /** Differs from suite to suite, so that no image of an earlier one is found in the registry. */
  readonly id: string;
  /** Registry as nodes call it, and as pods do. */
  readonly registry: string;
  readonly pushRegistry: string;
  /** Repositories are cloned from `<git>/e2e/<name>.git`, which lie in `<gitDir>/e2e`. */
  readonly git: string;
  readonly gitDir: string;
  /** One image with every tool, where the cluster has no others; undefined: each tool's own. */
  readonly toolbox?: string;
  /** What images of apps are made on top of, where the cluster has not those that their Dockerfiles name. */
  readonly base?: string;
  /** The same for apps that need no more than a shell and an HTTP server. */
  readonly busybox?: string;
  /** What runs tests, where the toolbox has to stand for everything else: images by their key in lib/fleet/tool-images.ts. */
  readonly runners: Readonly<Partial<Record<Runner, string>>>;
  /** The same of Traefik, with its program as entrypoint. */
  readonly traefik?: string;
  /** An image in which `npm ci` finds the packages of this project without a network. */
  readonly platform?: string;
  /** Clusters that Argo CD knows by these names, the one that the tests run on first; none: there is no Argo CD. */
  readonly argoCd: readonly string[];
  /** Whether Tekton Triggers is there. */
  readonly triggers: boolean;
  /** Folder of `stacks/` and `teams/`. */
  readonly work: string;
}

export const ROOT = join(__dirname, '../../..');

/** @throws if the tests were not started by `npm run test:e2e` */
export function suite(): Suite {
  const { E2E_WORK: work } = process.env;
  if (work === undefined) throw new Error('E2E_WORK is not set: start the tests by npm run test:e2e');
  return JSON.parse(readFileSync(join(work, 'suite.json'), 'utf8')) as Suite;
}

/** The part of the pull request story that is rerun alone: `--stack S --changed-app A`. */
export const chosen = (): { readonly stack?: string; readonly app?: string } => ({
  stack: process.env.E2E_STACK,
  app: process.env.E2E_CHANGED_APP,
});

/** For Dockerfiles: has sh, node and python3; undefined: take one from Docker Hub. */
export const baseImage = (): string | undefined => suite().base ?? suite().toolbox;

/** For Dockerfiles: has sh, and busybox or node. */
export const smallestImage = (): string => suite().busybox ?? baseImage() ?? 'docker.io/library/busybox:1.37.0';

const TOOLBOX_KEYS = Object.keys(TOOL_IMAGES).filter((key) => key !== 'tools');

/**
 * What a team of the tests replaces of the image table. No toolbox has /tools.js: an image of the orchestrator has. A team without one
 * takes the toolbox all the same: its tests run, and what they report is not read.
 */
export function imageOverrides(hasOrchestrator = false): Readonly<Record<string, string>> {
  const { toolbox, runners, platform } = suite();
  const own = {
    ...runners,
    ...(platform !== undefined && { platform }),
    ...(toolbox !== undefined && !hasOrchestrator && { tools: toolbox }),
  };
  return toolbox === undefined ? own : { ...Object.fromEntries(TOOLBOX_KEYS.map((key) => [key, toolbox])), ...own };
}

/** What a pod of the tests requests that stands for something outside the cluster. */
export const HELPER_RESOURCES = { requests: { cpu: '15m', memory: '64Mi' } };

/** Image of a tool, by its key in lib/fleet/tool-images.ts. */
export const toolImage = (key: string): string =>
  resolveImages({ images: { overrides: imageOverrides() }, orchestrator: {} })(key);

/** Whether tests can run here that need this image; says so where they cannot. */
export function has(runner: Runner): boolean {
  const { toolbox, runners } = suite();
  const isThere = toolbox === undefined || runners[runner] !== undefined;
  if (!isThere) console.warn(`tests by ${runner} are not run: the registry has no image ${runner}:1`);
  return isThere;
}
