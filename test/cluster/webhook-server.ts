import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { certify } from '../support/private-authority';

/** A program in the place of Tekton's webhook: it says of each object who admitted it, and takes no Pipeline without tasks. */
export interface WebhookServer {
  readonly url: string;
  /** Certificate of the authority that signed its own, in base64. */
  readonly caBundle: string;
  /** What it was asked: `validate Pipeline ci-alpha`. */
  readonly calls: string[];
  stop(): Promise<void>;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request */
interface AdmissionReview {
  readonly request: {
    readonly uid: string;
    readonly kind: { readonly kind: string };
    readonly namespace: string;
    readonly object: { readonly metadata: object; readonly spec?: { readonly tasks?: readonly unknown[] } };
  };
}

/** The path of a configuration that completes objects. */
export const MUTATE = 'mutate';
export const ADMITTED_BY = 'admitted-by';

/** @param name what it calls itself */
export async function startWebhookServer(name: string): Promise<WebhookServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tekton-dag-webhook-'));
  const { authority, certificate, key } = certify(folder, 'localhost');
  const calls: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (asked, answer) => {
    void answerTo(asked).then(
      (review) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(review)),
      (error: unknown) => answer.writeHead(500).end(String(error)),
    );
  });
  const answerTo = async (asked: IncomingMessage): Promise<object> => {
    const { request } = (await json(asked)) as AdmissionReview;
    // the API server adds how long it waits
    const path = new URL(String(asked.url), 'https://localhost').pathname.slice(1);
    calls.push(`${path} ${request.kind.kind} ${request.namespace}`);
    return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: responseTo(name, path, request) };
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    caBundle: readFileSync(authority).toString('base64'),
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(folder, { recursive: true });
    },
  };
}

function responseTo(name: string, path: string, { uid, kind, object }: AdmissionReview['request']): object {
  if (path === MUTATE) {
    const patch = [{ op: 'add', path: '/metadata/annotations', value: { [ADMITTED_BY]: name } }];
    const base64 = Buffer.from(JSON.stringify(patch)).toString('base64');
    return { uid, allowed: true, patchType: 'JSONPatch', patch: base64 };
  }
  if (kind.kind !== 'Pipeline' || object.spec?.tasks?.length) return { uid, allowed: true };
  return { uid, allowed: false, status: { message: `${name} takes no Pipeline without tasks` } };
}
