import type { Document, Path, SourceFile } from './document';
import type { Loaded, Source } from './formats';
import { loadStack } from './formats';
import type { OwnDeployment } from './own-deployment';
import { ownDeploymentSchema } from './own-deployment';
import { readDocument } from './read-document';
import { checkSchema } from './schema-problems';
import { IMAGE_PLACEHOLDER } from '../words/environment';
import { tidyPath } from '../words/path';
import type { Problem } from '../words/problem';

/** The files of Deployments of the repository's own: which there are, and what is wrong with one. */

/** Reads and checks the file of a Deployment. */
export function loadOwnDeployment(source: SourceFile): Loaded<OwnDeployment> {
  const { document, problems } = readDocument(source);
  if (document === undefined) return { problems };
  const { value, problems: found } = checkSchema(ownDeploymentSchema, document);
  return { document, value, problems: [...problems, ...found, ...notOurs(document), ...placeholders(document, value)] };
}

const SELECTOR: Path = ['spec', 'selector'];

/** Services, releases and previews find the pods by labels of ours. */
const notOurs = (document: Document): Problem[] =>
  document.get(SELECTOR) === undefined
    ? []
    : [document.keyError(SELECTOR, 'is for synth to say: Services and previews find the pods by it. Leave it out')];

/** One container, for the scripts that deploy and preview put the image into none but containers. */
function placeholders(document: Document, value: OwnDeployment | undefined): Problem[] {
  if (value === undefined) return [];
  const pod: Path = ['spec', 'template', 'spec'];
  const { containers, initContainers = [] } = value.spec.template.spec;
  const named = containers.filter(({ image }) => image === IMAGE_PLACEHOLDER);
  return [
    ...(named.length === 1
      ? []
      : [
          document.error(
            [...pod, 'containers'],
            `${named.length === 0 ? 'no container has' : 'several containers have'} image ${IMAGE_PLACEHOLDER}, in whose place the image of the app is put`,
            { expected: `image: ${IMAGE_PLACEHOLDER} in one of them` },
          ),
        ]),
    ...initContainers.flatMap(({ image }, index) =>
      image === IMAGE_PLACEHOLDER
        ? [
            document.error([...pod, 'initContainers', index, 'image'], 'is put into containers alone', {
              found: image,
              expected: 'an image of its own, by its digest',
            }),
          ]
        : [],
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
