import type { App, Stack, Team } from '../../fleet/model';
import type { BackendKind, OwnBackend } from '../../fleet/own-backends';
import type { Manifest } from '../../kube/manifest';
import { describe } from '../../kube/manifest';
import { SESSION_VARIABLE } from '../../words/environment';
import { previewName, stableService } from '../../words/names';
import { isMapping } from '../../words/mapping';
import { list } from '../../words/phrase';
import { SynthError } from '../../words/problem';
import type { Backend } from './backend';

/** An app that speaks HTTP, as functions of a backend in `fleet.ts` are given it. */
export interface BackendApp {
  readonly team: string;
  /** Where the app and its previews run. Objects are put there. */
  readonly namespace: string;
  readonly app: string;
  readonly protocol: 'http' | 'grpc';
  /** The port of Service `<app>`, of the stable one and of those of previews. */
  readonly port: number;
  /** Service that leads to the stable pods. */
  readonly stableService: string;
  /** Names by which callers in the cluster may ask for the app, the shortest first. */
  readonly hosts: readonly string[];
}

/** A preview, as they are given it. A run puts the session in the place of `${SESSION}`, wherever a text of an object has it. */
export interface BackendPreview extends BackendApp {
  /** Service that leads to the preview: `<app>-${SESSION}`. The name of each object ends as it does. */
  readonly service: string;
  /** The text `${SESSION}`. */
  readonly session: string;
  /** Header whose value is the session. */
  readonly header: string;
  /** Member of header `baggage` whose value is the session. */
  readonly baggageKey: string;
}

/** What of a backend is code. */
export interface BackendCode {
  /**
   * Objects that an app has whatever previews there are, such as a route of all requests to its stable pods.
   * @default - none
   */
  readonly stable?: (app: BackendApp) => readonly Manifest[];
  /** Objects that lead the requests of a session to its preview. A run applies them once the pod of the preview is ready. */
  readonly preview: (preview: BackendPreview) => readonly Manifest[];
}

/** A backend of your own: what `interceptBackend` of a team means by its name. docs/extending.md */
export interface BackendProps extends BackendCode {
  /** For people: `an IngressRoute of Traefik sends the requests of the session there`. */
  readonly how: string;
  /** Kinds of the objects that its functions make. Account `preview` may create and delete them. */
  readonly kinds: readonly BackendKind[];
  /**
   * DNS name of a proxy to which Service `<app>` leads.
   * @default - it leads to the stable pods
   */
  readonly address?: string;
  /**
   * Conditions in the status of a preview's objects that are True once an object is in force, such as `Accepted`.
   * @default - a run waits for five seconds
   */
  readonly conditions?: readonly string[];
}

/** The same as one of those that come with this program. */
export const ownBackend = ({ how, kinds, address, conditions }: OwnBackend): Backend => ({
  how,
  script: 'preview/preview-own.sh',
  env: () => ({ CONDITIONS: conditions.join(' '), SESSION_VARIABLE }),
  kinds: kinds.map(({ apiVersion, plural }) => ({ apiVersion, plural, isGuarded: true })),
  hasService: true,
  logsRequests: false,
  ofApp: { service: () => (address === undefined ? undefined : { externalName: address }) },
});

const appOf = ({ name, site }: Team, namespace: string, app: App): BackendApp => ({
  team: name,
  namespace,
  app: app.name,
  protocol: app.protocol === 'grpc' ? 'grpc' : 'http',
  port: app.servicePort,
  stableService: stableService(app.name),
  hosts: ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.${site.domain}`].map(
    (domain) => app.name + domain,
  ),
});

/** Objects that an app has whatever previews there are. */
export const stableObjects = ({ stable }: BackendCode, team: Team, namespace: string, app: App): readonly Manifest[] =>
  (stable?.(appOf(team, namespace, app)) ?? []).map((object) => inNamespace(object, namespace));

/** Objects that lead to a preview of an app, with a place for its session. */
export const previewObjects = (
  { preview }: BackendCode,
  team: Team,
  { environment, propagation: { headerName, baggageKey } }: Stack,
  app: App,
): readonly Manifest[] =>
  preview({
    ...appOf(team, environment, app),
    service: previewName(app.name, SESSION_VARIABLE),
    session: SESSION_VARIABLE,
    header: headerName,
    baggageKey,
  }).map((object) => inNamespace(object, environment));

const inNamespace = (object: Manifest, namespace: string): Manifest => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

/**
 * The value that a function returns, if it is a list of objects.
 * @throws SynthError[backend-object] if it is something else
 */
export function listOfObjects(value: unknown): readonly Manifest[] {
  const isObject = (one: unknown): boolean =>
    isMapping(one) && isMapping(one.metadata) && [one.apiVersion, one.kind, one.metadata.name].every(isText);
  if (Array.isArray(value) && value.every(isObject)) return value as readonly Manifest[];
  throw new SynthError('backend-object', 'it returns no list of objects with apiVersion, kind and metadata.name');
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/**
 * The same objects, if all are of the kinds of their backend: Argo CD and the account that opens previews may touch no others.
 * @throws SynthError[backend-object] of the first that is not
 */
export function ofKinds(objects: readonly Manifest[], kinds: readonly BackendKind[]): readonly Manifest[] {
  const other = objects.find((one) => !kinds.some((of) => of.apiVersion === one.apiVersion && of.kind === one.kind));
  if (other === undefined) return objects;
  const known = list(kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`));
  throw new SynthError(
    'backend-object',
    `${describe(other)} is of no kind of the backend (found ${other.apiVersion} ${other.kind}; expected ${known})`,
  );
}

/**
 * The same objects, if a run can open them for one session and close them again.
 * @throws SynthError[backend-object] of the first that it cannot
 */
export function openable(objects: readonly Manifest[], kinds: readonly BackendKind[]): readonly Manifest[] {
  const shared = ofKinds(objects, kinds).find(({ metadata }) => !metadata.name.endsWith(`-${SESSION_VARIABLE}`));
  if (shared === undefined) return objects;
  throw new SynthError(
    'backend-object',
    `the name of ${describe(shared)} does not end as that of service does: two sessions would have one object`,
  );
}
