import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './process';
import { suite } from './suite';

/** Repositories on the cluster's git server: `publish` makes one of files, `commit` adds a commit on a branch. */

const IDENTITY = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com'];
/** Where the repository is checked out for those who change it. */
export const workTree = (name: string): string => join(suite().work, 'repos', name);
const git = (name: string, ...args: readonly string[]): Promise<string> =>
  run('git', [...IDENTITY, ...args], { cwd: workTree(name) });

/** Where pods clone it from. */
export const cloneUrl = (name: string): string => `${suite().git}/e2e/${name}.git`;

/** Path in the repository → content; null removes. */
export type Edits = Readonly<Record<string, string | null>>;

function write(name: string, edits: Edits): void {
  for (const [path, content] of Object.entries(edits)) {
    const file = join(workTree(name), path);
    if (content === null) rmSync(file, { recursive: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
}

/** Makes repository `e2e/<name>` anew, of a folder and edits; branch main. Gives the commit. */
export async function publish(name: string, folder: string | undefined, edits: Edits = {}): Promise<string> {
  const bare = join(suite().gitDir, 'e2e', `${name}.git`);
  rmSync(bare, { recursive: true, force: true });
  rmSync(workTree(name), { recursive: true, force: true });
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  // the server of a cluster hands out any commit, as those of the large hosts do
  await run('git', ['config', 'uploadpack.allowAnySHA1InWant', 'true'], { cwd: bare });
  mkdirSync(workTree(name), { recursive: true });
  if (folder !== undefined) cpSync(folder, workTree(name), { recursive: true });
  await git(name, 'init', '--quiet', '--initial-branch=main');
  await git(name, 'remote', 'add', 'origin', bare);
  return commit(name, 'main', edits, { message: 'first', from: null });
}

/** Makes the repository, empty, unless this suite has. */
export async function havePublished(name: string): Promise<void> {
  if (!existsSync(workTree(name))) await publish(name, undefined);
}

/** Commits edits on a branch (made from main, unless `from` says otherwise or null: as it is) and pushes it. Gives the commit. */
export async function commit(
  name: string,
  branch: string,
  edits: Edits,
  { message = 'change', from = 'main' as string | null } = {},
): Promise<string> {
  if (from !== null) await git(name, 'checkout', '--quiet', '-B', branch, from);
  write(name, edits);
  await git(name, 'add', '--all');
  await git(name, 'commit', '--quiet', '--allow-empty', '--message', message);
  await git(name, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
  return (await git(name, 'rev-parse', 'HEAD')).trim();
}

/** Branch of a pull request. */
export const changeBranch = (number: number): string => `change-${number}`;

/** Paths that differ between main and a branch. */
export async function changedPaths(name: string, branch: string): Promise<readonly string[]> {
  const names = await git(name, 'diff', '--name-only', `main...${branch}`);
  return names.split('\n').filter((path) => path !== '');
}

/** Takes what others have pushed to main. */
export async function pull(name: string): Promise<void> {
  await git(name, 'fetch', '--quiet', 'origin', 'main');
  await git(name, 'reset', '--quiet', '--hard', 'origin/main');
}

/** Takes a branch over into main, as it is; gives main's new commit. */
export async function merge(name: string, branch: string): Promise<string> {
  await git(name, 'checkout', '--quiet', 'main');
  await git(name, 'merge', '--quiet', '--no-ff', '--message', `Merge ${branch}`, branch);
  await git(name, 'push', '--quiet', 'origin', 'main');
  return (await git(name, 'rev-parse', 'HEAD')).trim();
}

/** A file of a branch as the server has it now. */
export const show = (name: string, branch: string, path: string): Promise<string> =>
  run('git', ['show', `${branch}:${path}`], { cwd: join(suite().gitDir, 'e2e', `${name}.git`) });
