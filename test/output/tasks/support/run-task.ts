import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { LABELS } from '../../../../lib/words/labels';
import { previewName } from '../../../../lib/words/names';
import type { InterceptBackend } from '../../../../lib/words/intercept-backends';
import type { OwnBackend } from '../../../../lib/fleet/own-backends';
import { BACKENDS } from '../../../../lib/output/backends/backends';
import type { BackendCode } from '../../../../lib/output/backends/own';
import { ownBackend } from '../../../../lib/output/backends/own';
import { environmentRights } from '../../../../lib/output/tasks/shared/rights';
import type { EnvironmentRights } from '../../../../lib/output/tasks/shared/rights';
import type { Rule } from '../../../../lib/output/tasks/shared/rule';
import type { TaskContext } from '../../../../lib/output/tasks/shared/context';
import type { OwnDeployment } from '../../../../lib/fleet/own-deployment';
import { appsConfigMap } from '../../../../lib/output/team/app-deployment';
import { app, images, stack, team } from '../../team/model';
import type { FakeCluster, Thing } from './cluster';
import { suiteWith } from './tools';

/** Runs a Task's own step as Tekton would, its kubectl speaking to a FakeCluster. */

/** A suite of scripts that use jq and curl. */
export const describeScripts = (name: string, suite: () => void): void => suiteWith(['jq', 'curl'], name, suite);

// a dozen processes a test, on a machine that does other things too
jest.setTimeout(30_000);

export const NAMESPACE = 'shop-staging';
export const APPS = 'checkout-apps';

/** A backend of fleet.ts. */
export interface Own {
  readonly row: OwnBackend;
  readonly code: BackendCode;
}

export type Make = (scope: Construct, context: TaskContext) => object;

/** A Task as it is written, for a team of apps fe, cart and payments. */
export function synthesized(make: Make, interceptBackend: InterceptBackend = 'router', own?: Own): Thing {
  const chart = new Chart(new App(), 'tasks', { namespace: 'ci-shop' });
  const named = own ? { ownBackend: own.row } : {};
  make(chart, { team: team({ interceptBackend }, undefined, named), images });
  const [task] = Chart.of(chart).toJson() as Thing[];
  return task as Thing;
}

/** Of the repository's own, with an account and a token. */
const OWN_DEPLOYMENT: OwnDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'payments', labels: {}, annotations: {} },
  spec: {
    template: {
      metadata: { labels: {}, annotations: {} },
      spec: {
        serviceAccountName: 'payments',
        serviceAccount: 'payments',
        automountServiceAccountToken: true,
        shareProcessNamespace: true,
        initContainers: [{ name: 'migrate', image: 'IMAGE' }],
        containers: [{ name: 'payments', image: 'IMAGE' }],
        volumes: [
          {
            name: 'token',
            projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { secret: { name: 's' } }] },
          },
          { name: 'cache', emptyDir: {} },
        ],
      },
    },
  },
};

/** ConfigMap `<stack>-apps` as the team's namespace holds it, mounted. */
function mountApps(folder: string, own?: Own): void {
  const chart = new Chart(new App(), 'apps');
  const build = { env: {}, platforms: ['linux/arm64'] };
  const payments = app('payments', { deploy: { manifests: 'payments.yaml', deployment: OWN_DEPLOYMENT } });
  const apps = [...['fe', 'cart'].map((name) => app(name, { replicas: 2, build })), payments];
  const stacks = [stack('checkout', apps)];
  appsConfigMap(chart, team({}, stacks), stacks[0]!, own?.code);
  const [map] = chart.toJson() as Thing[];
  for (const [name, text] of Object.entries(map?.data as Record<string, string>))
    writeFileSync(join(folder, name), text);
}

/** A preview that is open, as far as the router can tell. */
export function openPreview(cluster: FakeCluster, name: string, session: string): void {
  const labels = { [LABELS.app]: name, [LABELS.session]: session };
  const metadata = { name: previewName(name, session) };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: 'x' }] } };
  cluster.open({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1, template } });
  cluster.put({ apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels } });
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** Which one to run. @default - the first */
  readonly step?: string;
  readonly backend?: InterceptBackend;
  /** In its place. */
  readonly own?: Own;
  /** Whose rights it has. @default preview */
  readonly account?: keyof EnvironmentRights;
  /** Over what the Task sets; nothing is waited for unless said here. */
  readonly env?: Readonly<Record<string, string>>;
}

const SHORT = {
  ROLLOUT_SECONDS: '0',
  PATIENCE_SECONDS: '0',
  UNDO_SECONDS: '0',
  ROUTER_SECONDS: '0',
  PROPAGATION_SECONDS: '0',
  ORIGINAL_SECONDS: '0',
  SMOKE_SECONDS: '0',
};

/** What the downward API says of every pod here. */
export const RUN_NAME = 'pr-4-x7';

interface Step {
  readonly name?: string;
  readonly script: string;
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly args?: readonly string[];
}

export function runTask(cluster: FakeCluster, make: Make, given: Given): Promise<Ended> {
  const { backend = 'router', account = 'preview', own } = given;
  const steps = synthesized(make, backend, own).spec?.steps as Step[];
  const step = steps.find(({ name }) => given.step === undefined || name === given.step);
  if (step === undefined) throw new Error(`the Task has no step ${given.step ?? ''}`);
  return runStep(cluster, step, environmentRights(own ? ownBackend(own.row) : BACKENDS[backend])[account], given);
}

/** Runs a script with what its pod sets, `rules` being all that its account may do. */
export async function runStep(
  cluster: FakeCluster,
  step: Step,
  rules: readonly Rule[],
  { params, env = {}, own }: Pick<Given, 'params' | 'env' | 'own'>,
): Promise<Ended> {
  cluster.rules = rules;
  const folder = mkdtempSync(join(tmpdir(), 'task-'));
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { ok, text } = cluster.kubectl(body.split('\0').slice(0, -1));
      response.writeHead(ok ? 200 : 400).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    mountApps(folder, own);
    program(folder, 'kubectl', KUBECTL);
    // waiting is for real clusters; what it waits for is here at once or after so many questions
    program(folder, 'sleep', '#!/bin/sh\nexec /bin/sleep 0.1\n');
    program(folder, 'script', step.script);
    const given = Object.fromEntries(
      step.env.map(({ name, value, valueFrom }) => [
        name,
        valueFrom ? RUN_NAME : name.startsWith('RESULT_') ? join(folder, name) : substitute(value ?? '', params),
      ]),
    );
    return await run(join(folder, 'script'), args(step.args ?? [], params), {
      ...given,
      ...SHORT,
      HOME: folder,
      APPS_FOLDER: folder,
      ...env,
      PATH: `${folder}:${process.env.PATH}`,
      FAKE_KUBECTL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      TMPDIR: folder,
    });
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
}

const KUBECTL = `#!/bin/sh
set -eu
out=$(mktemp)
status=$(printf '%s\\0' "$@" | curl -sS --data-binary @- --output "$out" --write-out '%{http_code}' "$FAKE_KUBECTL")
if [ "$status" = 200 ]; then exec cat "$out"; fi
cat "$out" >&2
exit 1
`;

function program(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
}

const substitute = (value: string, params: Given['params']): string =>
  value.replace(/\$\(params\.([^)]+)\)/g, (_, name: string) => {
    const found = params[name];
    if (typeof found !== 'string') throw new Error(`the step wants param '${name}' as a string`);
    return found;
  });

const args = (given: readonly string[], params: Given['params']): string[] =>
  given.flatMap((value) => {
    const list = /^\$\(params\.(.+)\[\*\]\)$/.exec(value)?.[1];
    return list === undefined ? [substitute(value, params)] : (params[list] as readonly string[]);
  });

const run = (file: string, argv: readonly string[], env: Record<string, string>): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(file, argv, { env });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
