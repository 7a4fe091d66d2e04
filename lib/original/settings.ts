import { isMapping } from '../words/mapping';
import { TOOL_IMAGES } from '../fleet/tool-images';

/**
 * Every setting of the original's team files: a team's `values.yaml` over the `values.yaml` of its chart, and `team.yaml`
 * over both. docs/migration.md has the same table.
 */

/** One line of the table. */
export interface Setting {
  /** In `values.yaml`; `*` stands for any key. */
  readonly from: string;
  /** In a team; undefined: there is no such setting here. */
  readonly to?: string;
  /** Why there is none, or what is different about it. */
  readonly why?: string;
}

/** The table. */
export const SETTINGS: readonly Setting[] = [
  { from: 'teamName', to: 'name' },
  { from: 'namespace', to: 'namespace' },
  { from: 'imageRegistry', to: 'imageRegistry' },
  { from: 'cacheRepo', to: 'cacheRepo' },
  { from: 'interceptBackend', to: 'interceptBackend' },
  { from: 'maxParallelBuilds', to: 'maxParallelBuilds' },
  { from: 'stackFile', to: 'stacks' },
  { from: 'gitRevision', to: 'platform.revision' },
  { from: 'gitUrl', why: 'it is the repository of the original; name this one in platform.repoURL' },
  { from: 'workspaces.buildCache.size', to: 'storage.cache.size' },
  { from: 'workspaces.buildCache.storageClass', to: 'storage.cache.storageClass' },
  { from: 'orchestrationService.enabled', to: 'orchestrator.enabled' },
  { from: 'orchestrationService.replicas', to: 'orchestrator.replicas' },
  { from: 'triggers.webhookSecretName', to: 'secrets.names.webhook' },
  { from: 'triggers.githubTokenSecretName', to: 'secrets.names.githubToken' },
  { from: 'compileImageVariants.*', to: 'images.overrides.*' },
  { from: 'compileImages.mirrord', why: 'no step runs it' },
  { from: 'compileImages.*', why: 'an image belongs to a version of a language: replace that one in images.overrides' },
  {
    from: 'buildImageTag',
    why: 'tool images have exact versions, in one table; images.overrides replaces single ones',
  },
  { from: 'orchestrationService.image', why: 'it is a program of the original' },
  { from: 'orchestrationService.port', why: 'the port is fixed' },
  { from: 'orchestrationService.resources.*', why: 'requests and limits are fixed, as measured' },
  { from: 'workspaces.buildCache.enabled', why: 'there is always a cache' },
  { from: 'workspaces.buildCache.create', why: 'its claims are always made' },
  { from: 'workspaces.sharedWorkspace.*', why: 'no volume is shared between tasks: each clones what it needs' },
  { from: 'rbac.*', why: 'accounts and their rights are fixed, one for each purpose and none of them cluster-wide' },
  { from: 'triggers.enabled', why: 'webhooks go to the orchestrator' },
  { from: 'dashboard.url', why: 'reports do not link to a dashboard' },
];

/** A setting with the value that it has. */
export interface Given {
  readonly path: string;
  readonly value: unknown;
}

/** Every scalar, list and empty mapping, by its path. */
export const flatten = (value: unknown, path = ''): readonly Given[] =>
  isMapping(value) && (path === '' || Object.keys(value).length > 0)
    ? Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`))
    : [{ path, value }];

/** The line of the table for a path, and what stands for `*`. */
export function settingOf(path: string): { readonly setting: Setting; readonly rest: string } | undefined {
  for (const setting of SETTINGS) {
    if (setting.from === path) return { setting, rest: '' };
    const stem = setting.from.endsWith('.*') ? setting.from.slice(0, -1) : undefined;
    if (stem !== undefined && path.startsWith(stem)) return { setting, rest: path.slice(stem.length) };
  }
  return undefined;
}

const FAMILIES: Readonly<Record<string, string>> = {
  npm: 'node',
  maven: 'maven',
  gradle: 'gradle',
  pip: 'python',
  php: 'php',
};

/** `maven-java21` → `maven-21`, `pip-python312` → `python-3.12`; undefined if it is none of the original's. */
export function imageKey(variant: string): string | undefined {
  const [, tool = '', version = ''] = /^([a-z]+)-[a-z]+([0-9]+)$/.exec(variant) ?? [];
  const family = FAMILIES[tool];
  if (family === undefined || version === '') return undefined;
  const isDotted = ['python', 'php'].includes(family);
  const key = `${family}-${isDotted ? `${version[0]}.${version.slice(1)}` : version}`;
  return Object.hasOwn(TOOL_IMAGES, key) ? key : undefined;
}
