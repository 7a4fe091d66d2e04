import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keeps, owners, remove } from './belongings';
import { removeImages } from './registry';
import { suite } from './suite';

/** The end of a suite: what it made goes from the cluster, from the git server, from the registry, and from this machine. */

/** Names of the repositories that the tests have published. */
const published = (work: string): readonly string[] =>
  existsSync(join(work, 'repos')) ? readdirSync(join(work, 'repos')) : [];

/** @returns the owners whose things stay, since a person wants to look at them */
export async function tidy(): Promise<readonly string[]> {
  const stay = owners().filter(keeps);
  for (const owner of owners().filter((each) => !stay.includes(each))) await remove(owner);
  if (stay.length > 0) return stay;
  const { work, gitDir, registry, id } = suite();
  for (const name of published(work)) rmSync(join(gitDir, 'e2e', `${name}.git`), { recursive: true, force: true });
  await removeImages(registry, `${id}/`).catch((error: Error) =>
    console.warn(`test:e2e: images stay in the registry: ${error.message}`),
  );
  rmSync(work, { recursive: true });
  return [];
}
