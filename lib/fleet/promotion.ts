import { dump } from 'js-yaml';
import type { Version } from './model';
import type { VersionsFile } from './versions';

/** Versions by app. */
export type Versions = Readonly<Record<string, Version>>;

/** What a promotion would write, and why. */
export interface Promotion {
  readonly versions: Versions;
  /** What each app goes from (none: it is not there yet) and to. */
  readonly moved: readonly { readonly app: string; readonly from?: string; readonly to: string }[];
  /** Apps that were asked for and stay, and why. */
  readonly held: readonly { readonly app: string; readonly why: string }[];
}

/**
 * The versions of an environment after the released ones of the environment before it were taken: by digest, so what runs
 * there is what ran here, and nothing is built.
 * @param apps only these
 * @param source the cluster that they come from
 */
export function planPromotion(from: Versions, to: Versions, apps: readonly string[], source: string): Promotion {
  const held = apps.flatMap((app) =>
    from[app]?.digest === undefined ? [{ app, why: `nothing of it is released on ${source}` }] : [],
  );
  const moving = apps.filter((app) => from[app]?.digest !== undefined && from[app].digest !== to[app]?.digest);
  return {
    versions: { ...to, ...Object.fromEntries(moving.map((app) => [app, from[app]!])) },
    moved: moving.map((app) => ({
      app,
      from: to[app]?.digest === undefined ? undefined : releaseOf(to[app]),
      to: releaseOf(from[app]!),
    })),
    held,
  };
}

const releaseOf = ({ version, lastReleased }: Version): string => lastReleased ?? version;

/** What a versions file says. */
export const versionsOf = ({ apps }: VersionsFile): Versions =>
  Object.fromEntries(
    Object.entries(apps).map(([app, { version, digest, ...rest }]): [string, Version] => [
      app,
      { version, lastReleased: rest['last-released'], digest },
    ]),
  );

/** A version as versions.yaml has it. */
export const entryOf = ({ version, lastReleased, digest }: Version): VersionsFile['apps'][string] => ({
  version,
  ...(lastReleased !== undefined && { 'last-released': lastReleased }),
  ...(digest !== undefined && { digest }),
});

/** The text of a versions file that is not there yet; `editVersions` changes one that is. */
export const versionsText = (versions: Versions): string =>
  dump(
    { apps: Object.fromEntries(Object.entries(versions).map(([app, version]) => [app, entryOf(version)])) },
    { forceQuotes: true },
  );
