import { LABELS } from '../../words/labels';
import { EXACT_IMAGE, movingTag } from '../../words/moving-tag';
import type { Container, Resources } from '../container';
import { podSpecOf } from '../container';
import type { Manifest } from '../manifest';
import { at, list } from '../manifest';
import type { Rules } from './rule';
import { among } from './rule';

/** What every container of a workload, every step and every sidecar must satisfy. */

export interface Workload {
  readonly manifest: Manifest;
  readonly containers: readonly Placed[];
  /** Names of the volumes that its containers may mount. */
  readonly volumes: ReadonlySet<string>;
  /** What the image of a container becomes; a Task may run as several. What only a run knows is `*`. */
  readonly imagesOf: (image: string) => readonly string[];
}

/** A container, and where its object keeps it. */
export interface Placed {
  readonly container: Container & { readonly script?: string };
  readonly path: string;
  readonly resources: Resources;
}

/** The containers of a Deployment and the like; none for any other kind. */
export function workloadOf(manifest: Manifest): Workload {
  const claims = list(at(manifest, 'spec', 'volumeClaimTemplates') as readonly Manifest[] | undefined);
  return {
    manifest,
    containers: podContainersOf(manifest),
    volumes: new Set([
      ...claims.map(({ metadata }) => metadata.name),
      ...list(podSpecOf(manifest)?.spec.volumes).map(({ name }) => name),
    ]),
    imagesOf: (image) => [image],
  };
}

function podContainersOf(manifest: Manifest): readonly Placed[] {
  const pod = podSpecOf(manifest);
  if (pod === undefined) return [];
  return (['initContainers', 'containers'] as const).flatMap((field) =>
    list(pod.spec[field]).map((container, i) => ({
      container,
      path: `${pod.path}.${field}[${i}]`,
      resources: container.resources ?? {},
    })),
  );
}

const RESOURCES = ['cpu', 'memory'] as const;
const QUANTITY = /^([0-9]+(?:\.[0-9]+)?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
const FACTOR: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity as a number; undefined if it is none. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function quantity(text: string | number): number | undefined {
  const [, number, unit] = QUANTITY.exec(String(text)) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === undefined ? 1 : (FACTOR[unit] ?? NaN));
}

/** An app has a limit of CPU only where its stack says so: what waits for CPU is slow, and what is slow fails its probes. */
const isApp = ({ metadata }: Manifest): boolean => metadata.labels?.[LABELS.track] !== undefined;

export const workloadRules: Rules<Workload> = {
  resources: ({ manifest, containers }, report) => {
    for (const { path, resources, container } of containers) {
      for (const resource of RESOURCES) {
        const request = resources.requests?.[resource];
        const limit = resources.limits?.[resource];
        const unlimited = limit === undefined && !(resource === 'cpu' && isApp(manifest));
        const missing = [request === undefined && `requests.${resource}`, unlimited && `limits.${resource}`].filter(
          (field) => field !== false,
        );
        if (missing.length > 0) report(path, `container '${container.name ?? ''}' says no ${missing.join(' and no ')}`);
        if (request === undefined || limit === undefined) continue;
        const [asked, most] = [quantity(request), quantity(limit)];
        if (asked === undefined || most === undefined)
          report(path, `${resource} is not a quantity`, { found: `${request}, ${limit}` });
        else if (asked > most)
          report(path, `container '${container.name ?? ''}' requests more ${resource} than its limit`, {
            found: `${request}, ${limit}`,
          });
      }
    }
  },
  'image-tag': ({ containers, imagesOf }, report) => {
    for (const { container, path } of containers) {
      for (const image of imagesOf(container.image ?? '')) {
        const moving = image.includes('*') || image === '' ? undefined : movingTag(image);
        if (moving !== undefined) report(`${path}.image`, `image ${moving}`, { found: image, expected: EXACT_IMAGE });
      }
    }
  },
  mounts: ({ containers, volumes }, report) => {
    for (const { container, path } of containers) {
      list(container.volumeMounts).forEach(({ name }, i) => {
        // $(workspaces.x.volume) is a volume that the run brings.
        if (!volumes.has(name) && !name.startsWith('$(workspaces.'))
          report(`${path}.volumeMounts[${i}]`, 'mounts a volume that is not declared', among(name, volumes));
      });
    }
  },
};
