import { isDeepStrictEqual } from 'node:util';
import { Document } from '../../fleet/document';
import { isForeignNamespace } from '../../fleet/model';
import type { App, Stack, Team } from '../../fleet/model';
import { podSecurity } from '../../fleet/pod-security';
import { checkOwnDeployment } from '../../fleet/read-own-deployment';
import { refusedByBaseline } from '../../fleet/rules/baseline-pods';
import type { Container } from '../../kube/container';
import type { Manifest } from '../../kube/manifest';
import { at, describe, list } from '../../kube/manifest';
import { IMAGE_PLACEHOLDER } from '../../words/environment';
import { isOurs } from '../../words/labels';
import { isMapping } from '../../words/mapping';
import { list as listed } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import { isError } from '../../words/problem';
import { awaitsRelease, digestOf } from '../released';
import { unknownFieldsOf } from './own-deployment';

/** What code of the repository may not do to the Deployment of an app. */

/** A Deployment as synth makes it for runs, and as code has left it. */
export interface Deployed {
  readonly stack: Stack;
  readonly app: App;
  readonly before: Manifest;
  readonly after: Manifest;
}

/** A fault: what is wrong, and what was found. */
export type Fault = Pick<Problem, 'message' | 'found' | 'expected' | 'suggestion'>;

/** What no API server, no release or no preview could do with it. Deployments that are as synth makes them have none. */
export function faultsOf(one: Deployed, team: Team): readonly Fault[] {
  const { before, after } = one;
  if (isDeepStrictEqual(before, after)) return [];
  const faults = [...ofIdentity(one), ...ofImages(one, team)];
  return faults.length > 0
    ? faults.map((message) => ({ message: `${describe(before)} ${message}` }))
    : ofFile(one, team).map(({ path, message, found, expected, suggestion }) => ({
        message: `${describe(before)}: ${path === undefined ? '' : `${path}: `}${message}`,
        found,
        expected,
        suggestion,
      }));
}

/** Runs, Services and previews find it and its pods by these. */
function ofIdentity({ before, after }: Deployed): readonly string[] {
  const changed = [['apiVersion'], ['kind'], ['metadata', 'namespace'], ['spec', 'selector']].filter(
    (path) => !isDeepStrictEqual(at(before, ...path), at(after, ...path)),
  );
  const lost = [
    ['metadata', 'labels'],
    ['spec', 'template', 'metadata', 'labels'],
  ].flatMap((path) => {
    const now = at(after, ...path);
    const names = Object.entries((at(before, ...path) ?? {}) as object).flatMap(([name, value]) =>
      isMapping(now) && now[name] === value ? [] : [name],
    );
    return names.length === 0 ? [] : [`${listed(names, 'and')} of ${path.join('.')}`];
  });
  return [
    ...(changed.length > 0
      ? [
          `has another ${listed(
            changed.map((path) => path.join('.')),
            'and',
          )}: leave it, since runs and previews go by it`,
        ]
      : []),
    ...lost.map((what) => `has lost or changed ${what}: leave it, since runs and previews go by it`),
  ];
}

/** The image of the app must be in a container, and a preview has no other that is yet to be released. */
function ofImages({ app, after }: Deployed, { isDeployOnly, environment }: Team): readonly string[] {
  const pod = at(after, ...POD);
  const images = ['containers', 'initContainers'].flatMap((key) =>
    list(at(pod, key) as readonly Container[] | undefined).map((one) => one.image),
  );
  const waiting = isDeployOnly ? [] : images.filter(awaitsRelease);
  const isThere = list(at(pod, 'containers') as readonly Container[] | undefined).some(
    ({ image }) => image === IMAGE_PLACEHOLDER,
  );
  const wanted = environment.deploy === 'gitops' ? `${app.image}@${digestOf(app.name)}` : IMAGE_PLACEHOLDER;
  return [
    ...(isThere || !Array.isArray(at(pod, 'containers'))
      ? []
      : [`has no container with the image of the app: give one of its containers image ${wanted}`]),
    ...(waiting.length > 0
      ? [
          `has image ${listed(waiting.map(String), 'and')}, and previews are made of it, for which no release fills that in: name an image with its digest`,
        ]
      : []),
  ];
}

const POD = ['spec', 'template', 'spec'];

/** What holds for the file of a Deployment holds for one that code has changed. */
function ofFile({ stack, after }: Deployed, team: Team): readonly Pick<Problem, keyof Fault | 'path'>[] {
  const document = new Document(team.file, asFile(after));
  const { problems } = checkOwnDeployment(document);
  const isBaseline = !isForeignNamespace(stack.environment) && podSecurity(team, stack.environment) === 'baseline';
  const refused = isBaseline ? refusedByBaseline(document, stack.environment) : [];
  return [...[...problems, ...refused].filter(isError), ...unknownFieldsOf(after)];
}

/** As its file would be: without what is for synth to say. */
function asFile(manifest: Manifest): unknown {
  const { namespace, ...metadata } = manifest.metadata;
  const { selector, ...spec } = manifest.spec as Readonly<Record<string, unknown>>;
  const template = spec.template;
  const inner = isMapping(template) ? template.metadata : undefined;
  return {
    ...manifest,
    metadata: withoutOurs(metadata),
    spec: {
      ...spec,
      template: isMapping(template) && isMapping(inner) ? { ...template, metadata: withoutOurs(inner) } : template,
    },
  };
}

function withoutOurs(metadata: Readonly<Record<string, unknown>>): unknown {
  const kept = ['labels', 'annotations'].flatMap((key) => {
    const given = metadata[key];
    return isMapping(given)
      ? [[key, Object.fromEntries(Object.entries(given).filter(([name]) => !isOurs(name)))] as const]
      : [];
  });
  return { ...metadata, ...Object.fromEntries(kept) };
}

/** Runs deploy no pods with rights: policies of the cluster refuse a run that gives pods an account or a token. */
export function rightsOf({ before, after }: Deployed): readonly Fault[] {
  const of = (field: string): unknown => at(after, ...POD, field) || undefined;
  const token = 'automountServiceAccountToken';
  const isMounted = at(after, ...POD, token) !== false && at(before, ...POD, token) === false;
  const isProjected = list(of('volumes') as readonly unknown[] | undefined).some((volume) =>
    list(at(volume, 'projected', 'sources') as readonly unknown[] | undefined).some(
      (source) => at(source, 'serviceAccountToken') !== undefined,
    ),
  );
  const given = [
    ...['serviceAccountName', 'serviceAccount'].filter((field) => of(field) !== undefined),
    ...(isMounted ? [`${token} ${String(at(after, ...POD, token) ?? 'true, its default')}`] : []),
    ...(isProjected ? ['a projected serviceAccountToken'] : []),
  ];
  return given.length === 0
    ? []
    : [
        {
          message: `${describe(before)} has ${listed(given, 'and')}, and pods that runs deploy have no account and no token: leave it out, or let Git own the Deployments by environment.deploy: gitops`,
        },
      ];
}
