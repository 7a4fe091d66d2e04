import type { App, Stack, Team } from '../../fleet/model';
import type { BackendKind, OwnBackend } from '../../fleet/own-backends';
import type { Manifest } from '../../kube/manifest';
import { describe } from '../../kube/manifest';
import { SESSION_VARIABLE } from '../../words/environment';
import { previewName, stableService } from '../../words/names';
import type { Problem } from '../../words/problem';
import { InputError, collected } from '../../words/problem';
import { environmentApps, isIntercepted } from '../team/environment-apps';
import type { Backend } from './backend';
import { identity } from './own-objects';

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
export const previewObjects = ({ preview }: BackendCode, team: Team, stack: Stack, app: App): readonly Manifest[] =>
  preview(previewOf(team, stack, app)).map((object) => inNamespace(object, stack.environment));

const previewOf = (
  team: Team,
  { environment, propagation: { headerName, baggageKey } }: Stack,
  app: App,
): BackendPreview => ({
  ...appOf(team, environment, app),
  service: previewName(app.name, SESSION_VARIABLE),
  session: SESSION_VARIABLE,
  header: headerName,
  baggageKey,
});

const inNamespace = (object: Manifest, namespace: string): Manifest => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

/**
 * The functions of a backend, asked once for each app of a team. Their answers are kept, and errors report all that is wrong at once.
 * @param file fleet.ts, which has the functions
 * @throws InputError that names the functions, the apps and the team
 */
export function askedBackend({ stable, preview }: BackendCode, team: Team, file: string): BackendCode {
  const { all, attempt } = collected();
  const kept = new Map<string, readonly Manifest[]>();
  const owners = new Map<string, string>();
  const ask = <Given extends BackendApp>(key: string, run: (given: Given) => readonly Manifest[], given: Given) => {
    for (const objects of attempt(() => run(given))) {
      kept.set(answerKey(key, given), objects);
      for (const object of objects) {
        const owner = owners.get(`${given.namespace}/${identity(object)}`) ?? given.app;
        owners.set(`${given.namespace}/${identity(object)}`, owner);
        if (owner !== given.app) all.push(ofTwoApps(file, team, `${key} of backend`, given.app, owner, object));
      }
    }
  };
  for (const namespace of team.environments)
    for (const entry of environmentApps(team, namespace))
      if (stable && isIntercepted(entry)) ask('stable', stable, appOf(team, namespace, entry.app));
  for (const stack of team.isDeployOnly ? [] : team.stacks)
    for (const app of stack.apps) if (app.protocol !== 'tcp') ask('preview', preview, previewOf(team, stack, app));
  if (all.length > 0) throw new InputError(all);
  return {
    stable: stable && ((given) => kept.get(answerKey('stable', given)) ?? stable(given)),
    preview: (given) => kept.get(answerKey('preview', given)) ?? preview(given),
  };
}

const answerKey = (key: string, given: BackendApp): string => JSON.stringify([key, given]);

const ofTwoApps = (
  file: string,
  { name, interceptBackend }: Team,
  what: string,
  app: string,
  other: string,
  object: Manifest,
): Problem => ({
  file,
  message: `${what} '${interceptBackend}' fails for app '${app}' of team '${name}': ${describe(object)} is made for app '${other}', too: give each app objects of its own`,
  severity: 'error',
});
