import { k8s } from 'cdk8s-plus-28';
import type { AppVolume } from '../../fleet/serving';
import { hash32 } from '../../words/names';

/** Volumes of an app, of kinds that Pod Security `restricted` admits, and that any number of pods may have. */

/** https://kubernetes.io/docs/concepts/storage/volumes/ */
export const volumesOf = (volumes: readonly AppVolume[]): k8s.Volume[] =>
  volumes.map((volume) => ({ name: nameOf(volume), ...sourceOf(volume) }));

/** What others keep is not the app's to change. */
export const mountsOf = (volumes: readonly AppVolume[]): k8s.VolumeMount[] =>
  volumes.map((volume) => ({
    name: nameOf(volume),
    mountPath: volume.path,
    ...(!('empty-dir' in volume) && { readOnly: true }),
  }));

/** By the path, so that a volume that comes or goes renames no other; two paths may differ in what a name cannot have. */
const nameOf = ({ path }: AppVolume): string => {
  const words = path.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return [...words.join('-').slice(0, WORDS_MAX).split('-'), hash32(path, HASH)].join('-').replace(/-{2,}/g, '-');
};
const WORDS_MAX = 50;
const HASH = 6;

function sourceOf(volume: AppVolume): Omit<k8s.Volume, 'name'> {
  if ('secret' in volume) return { secret: { secretName: volume.secret } };
  if ('configmap' in volume) return { configMap: { name: volume.configmap } };
  return { emptyDir: { sizeLimit: k8s.Quantity.fromString(volume['empty-dir']) } };
}
