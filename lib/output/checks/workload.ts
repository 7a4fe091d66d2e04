import { LABELS } from '../../words/labels';
import type { Emitted, Manifest } from '../../kube/manifest';
import { list } from '../../kube/manifest';
import { containersOf, mountsOf, volumesOf } from './container';
import type { Rules } from './rule';
import { among } from './rule';

/** What every container of a workload, every step and every sidecar must satisfy. */

const RESOURCES = ['cpu', 'memory'] as const;
/** Tags that lead to another image tomorrow. */
const MOVING =
  /^(latest|stable|main|master|trunk|head|edge|nightly|dev|develop|snapshot|canary|next|current|release|lts|alpine|slim|debian|ubuntu|rolling|testing)$/i;
const DIGEST = /@sha256:[0-9a-f]{64}$/;
const SHELL = /(^|\/)(sh|ash|bash|dash|zsh)$/;
/** Text of a person in a script is code: values reach it by the environment. */
const IN_SCRIPT = /\$\((params|context|tasks|workspaces|results|steps|finally)[.[]/;

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
export function quantity(text: string | number): number | undefined {
  const [, number, unit] = QUANTITY.exec(String(text)) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === undefined ? 1 : (FACTOR[unit] ?? NaN));
}

/** What is wrong with the tag of an image; undefined if it always leads to the same image. */
export function movingTag(image: string): string | undefined {
  if (DIGEST.test(image)) return undefined;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  if (colon === -1) return 'has no tag';
  return MOVING.test(name.slice(colon + 1)) ? 'has a tag that moves' : undefined;
}

/** An app has a limit of CPU only where its stack says so: what waits for CPU is slow, and what is slow fails its probes. */
const isApp = ({ metadata }: Manifest): boolean => metadata.labels?.[LABELS.track] !== undefined;

export const workloadRules: Rules<Emitted> = {
  resources: ({ manifest }, report, inventory) => {
    for (const { path, resources, container } of containersOf(manifest, inventory)) {
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
          report(path, `${resource} is no quantity`, { found: `${request}, ${limit}` });
        else if (asked > most)
          report(path, `container '${container.name ?? ''}' requests more ${resource} than its limit`, {
            found: `${request}, ${limit}`,
          });
      }
    }
  },
  'image-tag': ({ manifest }, report, inventory) => {
    const task = inventory.task(manifest);
    for (const { container, path } of containersOf(manifest, inventory)) {
      const images = task !== undefined ? inventory.resolve(task, container.image ?? '') : [container.image ?? ''];
      for (const image of images) {
        const moving = image.includes('*') || image === '' ? undefined : movingTag(image);
        if (moving !== undefined)
          report(`${path}.image`, `image ${moving}`, { found: image, expected: 'an exact version or a digest' });
      }
    }
  },
  'value-in-script': ({ manifest }, report, inventory) => {
    for (const { container, path } of containersOf(manifest, inventory)) {
      const { script, command, args } = container;
      const lines = SHELL.test(command?.[0] ?? '') ? [...list(command), ...list(args)] : [];
      const found = [script ?? '', ...lines]
        .map((text) => IN_SCRIPT.exec(text)?.[1])
        .find((root) => root !== undefined);
      if (found !== undefined)
        report(`${path}.${script === undefined ? 'args' : 'script'}`, 'a value is substituted into a script', {
          found: `$(${found}…)`,
          expected: 'a variable of the environment',
        });
    }
  },
  mounts: ({ manifest }, report, inventory) => {
    const volumes = volumesOf(manifest, inventory);
    for (const placed of containersOf(manifest, inventory)) {
      mountsOf(placed).forEach(({ name }, i) => {
        // $(workspaces.x.volume) is a volume that the run brings.
        if (!volumes.has(name) && !name.startsWith('$(workspaces.'))
          report(`${placed.path}.volumeMounts[${i}]`, 'mounts a volume that is not declared', among(name, volumes));
      });
    }
  },
};
