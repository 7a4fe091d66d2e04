import { YAMLException, load } from 'js-yaml';
import { z } from 'zod';
import type { Team, Version } from '../fleet/model';
import { DIGEST_TO_COME } from '../words/digest';
import { promotesTo } from '../fleet/model';
import type { Versions } from '../fleet/promotion';
import type { Manifest } from '../kube/manifest';
import { toDocument, toYaml } from '../kube/yaml';
import { IMAGE_PLACEHOLDER } from '../words/environment';
import { HEADER } from '../words/generated';
import { VERSION as VERSION_LABEL } from '../words/labels';
import { isMapping } from '../words/mapping';
import { promotedVersionsFile } from '../words/names';
import { InputError } from '../words/problem';
import type { ObjectsPart, Part, TextPart } from './layout';
import { APPS_FILE, folderOf, inRepository, pathOf, templateFile } from './layout';

/**
 * Where Git owns the Deployments of a team's apps, what is applied of them is a function of two files: a template, which synth
 * makes of team and stacks, and a versions file. Synth applies it, and so does a release, which therefore runs no code of a team.
 */

/** Stands in a template for the digest of an app's image, and for the version that is released. */
export const digestOf = (app: string): string => `${DIGEST}${app}`;
export const versionOf = (app: string): string => `${VERSION}${app}`;
const DIGEST = 'digest-of-';
const VERSION = 'version-of-';

/**
 * Objects with what is released put in. One that needs an image which is not there is left out, and so is a version.
 * @param apps of the team: a text that names another app stays as it is, so that nobody leaves out an object by what they write
 */
export const released = (
  objects: readonly Manifest[],
  versions: Versions,
  apps: readonly string[],
): readonly Manifest[] =>
  objects.flatMap((object) => {
    let isThere = true;
    const image = (text: string): string => {
      const at = text.lastIndexOf(`@${DIGEST}`) + 1;
      const app = text.slice(at + DIGEST.length);
      if (at === 0 || !apps.includes(app)) return text;
      const digest = entryOf(versions, app)?.digest;
      if (digest === undefined) isThere = false;
      return `${text.slice(0, at)}${digest}`;
    };
    const version = (text: string): string | undefined =>
      text.startsWith(VERSION) ? entryOf(versions, text.slice(VERSION.length))?.lastReleased : text;
    const made = filled(object, { image, [VERSION_LABEL]: version });
    return isThere ? [made as Manifest] : [];
  });

/**
 * An object of an app as runs take it: with image `IMAGE`, and without the version. What waits for the release of another app stays as
 * it is.
 */
export const unreleased = (object: Manifest, app: string): Manifest =>
  filled(object, {
    image: (text) => (text.endsWith(`@${digestOf(app)}`) ? IMAGE_PLACEHOLDER : text),
    [VERSION_LABEL]: (text) => (text.startsWith(VERSION) ? undefined : text),
  }) as Manifest;

/** Whether an image waits for a release. */
export const awaitsRelease = (image: unknown): boolean => typeof image === 'string' && image.includes(`@${DIGEST}`);

/** @param put what takes the place of a text, by the key that holds it; undefined: the field is left out */
function filled(value: unknown, put: Readonly<Record<string, (text: string) => string | undefined>>): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, put));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const change = Object.hasOwn(put, key) && typeof inner === 'string' ? put[key]?.(inner) : filled(inner, put);
    return [key, change];
  });
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}

const entryOf = (versions: Versions, app: string): Version | undefined =>
  Object.hasOwn(versions, app) ? versions[app] : undefined;

const schema = z.strictObject({
  team: z.string(),
  cluster: z.string(),
  /** The cluster that promotions come from; none where releases go. */
  follows: z.string().optional(),
  /** Its versions file, relative to the root. */
  versions: z.string().regex(/^(stacks|teams\/[^/.][^/]*)\/versions[^/]*\.yaml$/),
  apps: z.array(z.string()),
  objects: z.array(z.custom<Manifest>(isMapping)),
});

/** What a team's apps are on one cluster, but for what is released. */
export type Template = z.output<typeof schema>;

const appsOf = (team: Team): readonly string[] => [
  ...new Set(team.stacks.flatMap((stack) => stack.apps.map(({ name }) => name))),
];

/** The template of a team on a cluster. */
function templateOf(team: Team, home: Team, objects: readonly Manifest[]): Template {
  const stages = [home.cluster, ...promotesTo(home).filter((name) => name !== home.cluster)];
  const follows = stages[stages.indexOf(team.cluster) - 1];
  return {
    team: team.name,
    cluster: team.cluster,
    follows,
    versions: follows === undefined ? team.versionsFile : promotedVersionsFile(team.file, team.cluster),
    apps: [...appsOf(team)],
    objects: [...objects],
  };
}

/** A part of a team as it is once all of its apps are released: what no release may be the first to bring up is found before. */
export function allReleased(part: ObjectsPart, team: Team): ObjectsPart {
  if (part.file !== APPS_FILE) return part;
  const version = { version: '0.0.1-rc.0', lastReleased: '0.0.0', digest: DIGEST_TO_COME };
  const apps = appsOf(team);
  const versions = Object.fromEntries(apps.map((app) => [app, version]));
  return { ...part, objects: released(part.objects, versions, apps) };
}

/** A part of a team as it is written: that of its apps is what is released of them, beside its template. */
export function releasedParts(part: ObjectsPart, team: Team, home: Team): readonly Part[] {
  if (part.file !== APPS_FILE) return [part];
  const objects = released(part.objects, team.versions, appsOf(team));
  const template: TextPart = {
    folder: folderOf('templates', { team: team.name }),
    file: templateFile(team.cluster),
    owner: part.owner,
    team: team.name,
    text: HEADER + toDocument(templateOf(team, home, part.objects)),
  };
  return [...(objects.length > 0 ? [{ ...part, objects }] : []), template];
}

/**
 * Reads a template.
 * @param file its name for a person
 * @throws InputError if it is none that this version writes
 */
export function readTemplate(file: string, text: string, team: string): Template {
  const { success, data } = schema.safeParse(parsed(text));
  if (success && data.team === team) return data;
  throw new InputError([
    {
      file,
      message: `is not a template of team ${team} that this version of tekton-dag reads: run npm run synth and commit dist/`,
      severity: 'error',
    },
  ]);
}

/** Undefined: it is no YAML, as after a merge that nobody finished. */
function parsed(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}

/** The file that Argo CD applies, relative to the root; without text where nothing is released. */
export function releasedFile(
  { team, cluster, follows, apps, objects }: Template,
  versions: Versions,
): { readonly path: string; readonly text?: string } {
  const folder = follows === undefined ? folderOf('team', { team }) : folderOf('teamApart', { cluster, team });
  const made = released(objects, versions, apps);
  const path = inRepository(pathOf({ folder, file: APPS_FILE }));
  return made.length > 0 ? { path, text: toYaml(made) } : { path };
}
