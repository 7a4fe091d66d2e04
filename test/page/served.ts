import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import type { KindRef } from '../../lib/kube/api';
import { ApiError } from '../../lib/kube/api';
import type { TeamConfig } from '../../lib/runs/configuration/configuration';
import type { ApiDeps } from '../../orchestrator/src/http/api';
import { pageRoutes } from '../../orchestrator/src/page/page';
import { configurationOf } from '../orchestrator/support';
import { api } from '../orchestrator/support/api';
import type { MadeRun } from './scene';

/** The page and the API as the orchestrator serves them, of runs that are given. */

const ROOT = join(__dirname, '../..');

/** Builds the page as its image does. @returns the folder, and what removes it */
export function builtPage(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'tekton-dag-page-'));
  const args = [
    'run',
    '--silent',
    'page',
    '--workspace',
    'orchestrator',
    '--',
    '--outDir',
    folder,
    '--logLevel',
    'error',
  ];
  execFileSync('npm', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Served {
  readonly url: string;
  /** What the cluster has now; the page hears of it. */
  show(runs: readonly MadeRun[]): void;
  /** Adds to what a step has written: by task and step. */
  write(task: string, step: string, text: string): void;
  close(): Promise<void>;
}

/** @param folder of the page; undefined: the API alone */
export async function serve(
  folder: string | undefined,
  teams: readonly TeamConfig[],
  over: Partial<ApiDeps> = {},
): Promise<Served> {
  let runs: readonly MadeRun[] = [];
  const listeners = new Set<(namespace: string) => void>();
  const logs = new Map<string, string>();
  const configuration = configurationOf(...teams);
  const cluster = {
    patch: async <T>() => ({}) as T,
    get: async <T>(_kind: KindRef, namespace: string | undefined, name: string) =>
      runs.map(({ run }) => run).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name) as
        T | undefined,
    list: async <T>(_kind: KindRef, namespace: string | undefined, selector = '') => ({
      items: runs
        .flatMap(({ taskRuns }) => taskRuns)
        .filter(({ metadata }) => metadata.namespace === namespace)
        .filter(
          ({ metadata }) => selector === `tekton.dev/pipelineRun=${metadata.labels?.['tekton.dev/pipelineRun']}`,
        ) as T[],
      resourceVersion: '1',
    }),
    async *follow(_namespace: string, pod: string, { container }: { readonly container: string }) {
      const text = logs.get(`${pod} ${container}`);
      if (text === undefined) throw new ApiError('there is no log', 404, 'NotFound');
      yield text;
    },
  };
  const { app, cluster: requests } = api(configuration, {
    api: cluster,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    waiting: (namespace) =>
      runs
        .map(({ request }) => request)
        .filter(({ metadata, status }) => metadata.namespace === namespace && status?.phase === 'Queued'),
    ...over,
  });
  if (folder !== undefined) await app.register(async (scope) => pageRoutes(scope, folder));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    show(now) {
      runs = now;
      requests.objects.clear();
      for (const { request } of now)
        requests.objects.set(`${request.metadata.namespace}/${request.metadata.name}`, request);
      for (const { namespace } of teams) listeners.forEach((listener) => listener(namespace));
    },
    write(task, step, text) {
      const pod = runs
        .flatMap(({ taskRuns }) => taskRuns)
        .find(({ metadata }) => metadata.labels?.['tekton.dev/pipelineTask'] === task)?.status?.podName;
      const key = `${pod} step-${step}`;
      logs.set(key, (logs.get(key) ?? '') + text);
    },
    close: () => app.close(),
  };
}
