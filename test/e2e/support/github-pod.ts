import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Certificate } from '../../support/private-authority';
import { mine } from './belongings';
import { applyObjects, deleteNamespaces, wait } from './kubectl';
import { HELPER_RESOURCES, suite, toolImage } from './suite';

/**
 * The host that pods know as GitHub: they clone from it (`git://`) and ask it by HTTP, or HTTPS where it has a certificate, which
 * this process answers, and requests are sent from it. It is one host, as GitHub is, and all goes by `kubectl exec`, so that it does not
 * matter where this process is.
 */

const NAME = 'github';
const SCRIPTS = '/scripts';
const TLS = '/tls';

export interface Answer {
  /** 0: none came, the body says why. */
  readonly status: number;
  readonly body: string;
}

/** What a pod asks. */
export interface PodRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface PodAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `body` is in base64. */
type Asked = Omit<PodRequest, 'body'> & { readonly asked: number; readonly body: string };
type Told =
  Asked | { readonly sent: number; readonly status: number; readonly body: string } | { readonly ready: true };

export class GitHubPod {
  private child?: ChildProcessWithoutNullStreams;
  private sent = 0;
  private readonly unanswered = new Map<number, (answer: Answer) => void>();

  constructor(
    private readonly namespace: string,
    private readonly answer: (request: PodRequest) => Promise<PodAnswer>,
  ) {}

  get host(): string {
    return `${NAME}.${this.namespace}.svc.cluster.local`;
  }

  async open(certificate?: Certificate): Promise<void> {
    mine([`namespace/${this.namespace}`]);
    await deleteNamespaces(this.namespace);
    const metadata = { name: NAME, namespace: this.namespace };
    const labels = { app: NAME };
    const container = {
      name: NAME,
      image: toolImage('node-22'),
      command: ['sleep', 'infinity'],
      env: [{ name: 'GIT', value: suite().git }, ...(certificate ? [{ name: 'TLS', value: TLS }] : [])],
      volumeMounts: [
        { name: 'scripts', mountPath: SCRIPTS, readOnly: true },
        { name: 'tls', mountPath: TLS, readOnly: true },
      ],
      resources: HELPER_RESOURCES,
    };
    await applyObjects(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: { 'github-in-pod.js': readFileSync(join(__dirname, 'github-in-pod.js'), 'utf8') },
      },
      ...(certificate ? [secretOf(certificate, metadata)] : []),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: {
          selector: labels,
          ports: [
            { name: 'api', port: certificate ? 443 : 80, targetPort: 8080 },
            { name: 'git', port: 9418 },
          ],
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, labels },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          containers: [container],
          volumes: [
            { name: 'scripts', configMap: { name: NAME } },
            { name: 'tls', secret: { secretName: NAME, optional: true } },
          ],
        },
      },
    );
    await wait('pod', NAME, this.namespace, 'condition=Ready', '60s');
    this.child = spawn('kubectl', [
      'exec',
      '--stdin',
      NAME,
      '--namespace',
      this.namespace,
      '--',
      'node',
      `${SCRIPTS}/github-in-pod.js`,
    ]);
    this.child.stderr.pipe(process.stderr);
    this.child.once('close', () => this.unanswered.forEach((take) => take({ status: 0, body: `pod ${NAME} is gone` })));
    const lines = createInterface(this.child.stdout);
    lines.on('line', (line) => this.take(JSON.parse(line) as Told));
    await once(lines, 'line');
  }

  async close(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.stdin.end();
    await once(child, 'close');
  }

  /** Sends a request to an address in the cluster. */
  send(
    url: string,
    request: {
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    } = {},
  ): Promise<Answer> {
    const id = ++this.sent;
    const answer = new Promise<Answer>((resolve) => this.unanswered.set(id, resolve));
    this.tell({ send: id, url, ...request });
    return answer;
  }

  private tell(line: object): void {
    this.child!.stdin.write(`${JSON.stringify(line)}\n`);
  }

  private take(told: Told): void {
    if ('ready' in told) return;
    if ('asked' in told) return void this.serve(told);
    this.unanswered.get(told.sent)?.(told);
    this.unanswered.delete(told.sent);
  }

  private async serve({ asked, body, headers, ...request }: Asked): Promise<void> {
    const sent = { ...request, headers: ownOf(headers), body: Buffer.from(body, 'base64') };
    const answer = await this.answer(sent).catch((error: Error) => ({
      status: 500,
      headers: {},
      body: Buffer.from(error.message),
    }));
    this.tell({
      answered: asked,
      status: answer.status,
      headers: ownOf(answer.headers),
      body: answer.body.toString('base64'),
    });
  }
}

const secretOf = ({ certificate, key }: Certificate, metadata: object): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata,
  type: 'kubernetes.io/tls',
  stringData: { 'tls.crt': readFileSync(certificate, 'utf8'), 'tls.key': readFileSync(key, 'utf8') },
});

/** Headers that are of one connection. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const OF_CONNECTION = ['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'];
const ownOf = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_CONNECTION.includes(name)));
