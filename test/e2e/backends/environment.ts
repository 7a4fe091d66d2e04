import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import type { InterceptBackend } from '../../../lib/fleet/intercept-backend';
import type { TeamProps } from '../../../lib';
import { SWEEPER } from '../../../lib/words/names';
import { applyObjects, deleteNamespaces, get, kubectl, patch, sweepNow } from '../support/kubectl';
import type { KubeObject } from '../support/kubectl';
import { toolImage } from '../support/suite';
import type { TestTeam } from '../support/team';
import { APP_RESOURCES, writeTeam } from '../support/team';
import { bringUp } from '../support/team-up';
import { openClient } from '../support/traffic';
import { runTask } from '../support/task-run';
import type { Ended } from '../support/task-run';

/** A team whose previews are made by one backend, with two apps: `web` speaks HTTP and WebSocket, `rpc` gRPC. */

export const HEADER = 'x-dev-session';
export const BAGGAGE_KEY = 'dev-session';
const STACK = 'pair';
const APPS = `${STACK}-apps`;
const PORTS = { web: 8080, rpc: 9090 } as const;
export type AppName = keyof typeof PORTS;

const stack = (): object => ({
  propagation: { 'header-name': HEADER, 'baggage-key': BAGGAGE_KEY },
  apps: [
    {
      name: 'web',
      repo: 'e2e/web',
      'propagation-role': 'originator',
      'container-port': PORTS.web,
      probe: { path: '/' },
      env: { PORT: String(PORTS.web) },
      resources: APP_RESOURCES,
      downstream: ['rpc'],
    },
    {
      name: 'rpc',
      repo: 'e2e/rpc',
      'propagation-role': 'terminal',
      protocol: 'grpc',
      'container-port': PORTS.rpc,
      env: { PORT: String(PORTS.rpc), PROTOCOL: 'grpc' },
      resources: APP_RESOURCES,
    },
  ],
});

export class Environment {
  private readonly team: TestTeam;
  private readonly image = toolImage('node-22');

  constructor(readonly backend: InterceptBackend) {
    this.team = { name: `pair-${backend}`, namespace: `team-pair-${backend}`, environment: `pair-${backend}` };
  }

  get namespace(): string {
    return this.team.environment;
  }

  get runs(): string {
    return this.team.namespace;
  }

  /** The team's objects alone. */
  async apply(more: Partial<TeamProps> = {}): Promise<void> {
    writeTeam(this.team, { [STACK]: stack() }, { interceptBackend: this.backend, ...more });
    await bringUp(this.team);
    // runs of Tasks alone belong to no PipelineRun, and would be swept at the hour
    await patch('cronjob', SWEEPER, this.runs, { spec: { suspend: true } });
  }

  /** Makes room for the next one. */
  remove(): Promise<string> {
    return deleteNamespaces(this.runs, this.namespace);
  }

  /** Both apps, deployed, and pod `client`. One image is all that the cluster may have, so what it runs is said here. */
  async deploy(): Promise<void> {
    const map = await get<KubeObject & { data: Record<string, string> }>('configmap', APPS, this.runs);
    const command = ['node', '-e', readFileSync(join(__dirname, 'app.js'), 'utf8')];
    const data = Object.entries(map.data).map(([key, text]): [string, string] => {
      const deployment = load(text) as { spec: { template: { spec: { containers: { command?: string[] }[] } } } };
      for (const container of deployment.spec.template.spec.containers) container.command = command;
      return [key, dump(deployment)];
    });
    await applyObjects({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: APPS, namespace: this.runs },
      data: Object.fromEntries(data),
    });
    const ended = await Promise.all(
      (['web', 'rpc'] as const).map((app) =>
        this.run('deploy-app', 'deploy', { app, apps: APPS, image: this.image, commit: 'main' }),
      ),
    );
    for (const { succeeded, message, log } of ended) if (!succeeded) throw new Error(`${message}\n${log}`);
    await openClient(this.namespace);
  }

  open(app: AppName, session: string, runUid: string): Promise<Ended> {
    return this.run('preview-app', 'preview', {
      app,
      apps: APPS,
      image: this.image,
      commit: 'change',
      session,
      'run-uid': runUid,
      'service-port': '80',
      'container-port': String(PORTS[app]),
      header: HEADER,
      'baggage-key': BAGGAGE_KEY,
    });
  }

  close(runUid: string): Promise<Ended> {
    return this.run('close-previews', 'preview', { 'run-uid': runUid });
  }

  private run(task: string, account: 'preview' | 'deploy', params: Record<string, string>): Promise<Ended> {
    return runTask(this.runs, task, account, { namespace: this.namespace, ...params });
  }

  sweep(): Promise<string> {
    return sweepNow(this.runs);
  }

  /** What node in pod `client` says to a command of client.js. */
  async client<Answer>(...args: readonly string[]): Promise<Answer> {
    const script = readFileSync(join(__dirname, 'client.js'), 'utf8');
    return JSON.parse(
      await kubectl(['exec', '--stdin', 'client', '--namespace', this.namespace, '--', 'node', '-', ...args], script),
    ) as Answer;
  }

  ask(headers: Record<string, string> = {}, url = 'http://web/'): Promise<Answer> {
    return this.client('ask', url, JSON.stringify(headers));
  }

  /** What previews left, of any kind. */
  async left(): Promise<readonly string[]> {
    const kinds = ['deployments', 'services', ...(this.backend === 'gateway' ? ['httproutes'] : [])];
    const names = await kubectl([
      'get',
      kinds.join(','),
      '--namespace',
      this.namespace,
      '--selector',
      'tekton-dag.io/run-uid',
      '--output=name',
    ]);
    return names.split('\n').filter((name) => name !== '');
  }
}

export interface Answer {
  /** Or why there is none. */
  readonly status: number | string;
  readonly pod?: string;
  readonly backend?: string;
}
