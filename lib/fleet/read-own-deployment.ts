import type { Document, Path, SourceFile } from './document';
import { pathText } from './document';
import type { Loaded, Source } from './formats';
import { loadStack } from './formats';
import type { OwnDeployment } from './own-deployment';
import { ownDeploymentSchema } from './own-deployment';
import { readDocument } from './read-document';
import { checkSchema, keysNamed } from './schema-problems';
import { hiddenCharacters } from './rules/hidden-characters';
import { IMAGE_PLACEHOLDER } from '../words/environment';
import { isOurs } from '../words/labels';
import { OWN_PREFIX } from '../words/names';
import { isMapping } from '../words/mapping';
import { nearest } from '../words/nearest';
import { tidyPath } from '../words/path';
import { show } from '../words/phrase';
import type { Problem } from '../words/problem';

/** The files of Deployments of the repository's own: which there are, and what is wrong with one. */

/** Reads and checks the file of a Deployment. */
export function loadOwnDeployment(source: SourceFile): Loaded<OwnDeployment> {
  const { document, problems } = readDocument(source);
  if (document === undefined) return { problems };
  const { value, problems: found } = checkOwnDeployment(document);
  return { document, value, problems: [...problems, ...found] };
}

/** What is wrong with a Deployment, whatever wrote it. */
export function checkOwnDeployment(document: Document): Loaded<OwnDeployment> {
  const { value, problems } = checkSchema(ownDeploymentSchema, document);
  const misspelt = misspeltContainers(document);
  // the key that is there explains the one that is missing
  const found = problems.filter(({ path }) => misspelt.length === 0 || path !== CONTAINERS);
  return {
    value,
    problems: [
      ...hiddenCharacters(document),
      ...misspelt,
      ...found,
      ...notOurs(document),
      ...ownClaims(document),
      ...unwritable(document),
      ...placeholders(document, value),
      ...wrongPods(document, value),
    ],
  };
}

/** What writes objects goes by the constructor of a value, so a mapping with such a key is no plain object to it. */
const unwritable = (document: Document): Problem[] =>
  keysNamed(document, 'constructor').map((path) =>
    document.keyError(path, 'cannot be written. Give it another name, or leave it out', { found: show('constructor') }),
  );

const POD: Path = ['spec', 'template', 'spec'];
const CONTAINERS = 'spec.template.spec.containers';

/** The only key that must be there and stands among those which synth leaves to Kubernetes. */
function misspeltContainers(document: Document): Problem[] {
  const pod = document.get(POD);
  if (!isMapping(pod) || 'containers' in pod) return [];
  return Object.keys(pod)
    .filter((key) => nearest(key, ['containers']) !== undefined)
    .map((key) => document.keyError([...POD, key], 'is not a field of a Deployment', { suggestion: 'containers' }));
}

/** Services, releases and previews find objects by keys of ours, and Argo CD does with them what its own say. */
function notOurs(document: Document): Problem[] {
  const selector: Path = ['spec', 'selector'];
  const keys = [['metadata'], ['spec', 'template', 'metadata']].flatMap((of) =>
    ['labels', 'annotations'].flatMap((kind) => {
      const names = document.get([...of, kind]);
      return isMapping(names) ? Object.keys(names).map((name): Path => [...of, kind, name]) : [];
    }),
  );
  return [
    ...(document.get(selector) === undefined
      ? []
      : [document.keyError(selector, 'is for synth to say: Services and previews find the pods by it. Leave it out')]),
    ...keys
      .filter((path) => isOurs(String(path.at(-1))))
      .map((path) => document.keyError(path, 'is for synth to say: tekton-dag and Argo CD go by it. Leave it out')),
  ];
}

/** Builds read what is in claims of ours, or trust it, and previews run code that nobody has reviewed. */
function ownClaims(document: Document): Problem[] {
  const volumes = document.get([...POD, 'volumes']);
  if (!Array.isArray(volumes)) return [];
  return volumes.flatMap((_, index) => {
    const path: Path = [...POD, 'volumes', index, 'persistentVolumeClaim', 'claimName'];
    const name = document.get(path);
    return typeof name === 'string' && name.startsWith(OWN_PREFIX)
      ? [
          document.error(path, 'is a claim of tekton-dag, and no app may mount it: runs go by what is in it', {
            found: show(name),
            expected: "a claim of the app's own",
          }),
        ]
      : [];
  });
}

/** Pods that would run with rights of ours, or never, or nowhere. */
function wrongPods(document: Document, value: OwnDeployment | undefined): Problem[] {
  const accounts = ['serviceAccountName', 'serviceAccount'].map((key): Path => [...POD, key]);
  const leftOut = (path: Path, message: string): Problem[] =>
    document.get(path) === undefined ? [] : [document.error(path, message, { found: show(document.get(path)) })];
  return [
    ...accounts.flatMap((path) =>
      String(document.get(path)).startsWith(OWN_PREFIX)
        ? leftOut(path, 'is an account of tekton-dag, whose rights no app may have. Name an account of the app')
        : [],
    ),
    ...(document.get(['spec', 'paused']) === true
      ? leftOut(['spec', 'paused'], 'keeps every release from its pods. Leave it out')
      : []),
    ...(String(document.get([...POD, 'priorityClassName'])).startsWith('system-')
      ? leftOut(
          [...POD, 'priorityClassName'],
          'is for the programs of the cluster, whose pods would make room for those of the app. Leave it out, or name a class of the apps',
        )
      : []),
    ...leftOut([...POD, 'nodeName'], 'ties all pods to one node, past the scheduler. Say nodeSelector instead'),
    ...(value === undefined ? [] : sameNames(document, value)),
  ];
}

/** An API server refuses two containers of one name. */
function sameNames(document: Document, { spec }: OwnDeployment): Problem[] {
  const { containers, initContainers = [] } = spec.template.spec;
  const named = [
    ...initContainers.map(({ name }, index) => ({ name, path: [...POD, 'initContainers', index, 'name'] })),
    ...containers.map(({ name }, index) => ({ name, path: [...POD, 'containers', index, 'name'] })),
  ];
  return named.flatMap(({ name, path }, index) => {
    const first = named.findIndex((one) => one.name === name);
    return first === index
      ? []
      : [
          document.error(path, `is the name of ${pathText(named[first]!.path.slice(0, -1))}, too. Rename one`, {
            found: show(name),
          }),
        ];
  });
}

/** Runs and releases put the image of the app into whatever container has it; one that is not there would never change. */
function placeholders(document: Document, value: OwnDeployment | undefined): Problem[] {
  if (value === undefined || value.spec.template.spec.containers.some(({ image }) => image === IMAGE_PLACEHOLDER))
    return [];
  return [
    document.error(
      [...POD, 'containers'],
      `no container has image ${IMAGE_PLACEHOLDER}, in whose place the image of the app is put`,
      { expected: `image: ${IMAGE_PLACEHOLDER} in one of them` },
    ),
  ];
}

/** Files of Deployments that stacks name, as far as these can be read; sorted, each once. */
export const listedManifests = (stacks: readonly Source[]): readonly string[] =>
  [
    ...new Set(
      stacks.flatMap((source) => {
        // to read each stack twice would take as long again
        if (!('text' in source) || !source.text.includes('manifests')) return [];
        return loadStack(source).value?.apps.flatMap(({ deploy }) => deploy?.manifests ?? []) ?? [];
      }),
    ),
  ]
    .map(tidyPath)
    .sort();
