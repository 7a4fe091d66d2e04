import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Files } from '../diff/folder-pairs';
import { UsageError } from './usage-error';

/**
 * Files of folders as a commit holds them, by their paths below the root: one `git ls-tree`, one `git cat-file`. Most of them
 * are what is there now, which its id tells, and need not be read again.
 */
export function readCommitted(
  root: string,
  ref: string,
  folders: readonly string[],
  now: Files,
  isRead: (path: string) => boolean = () => true,
): Files {
  const paths = folders.map((folder) => `${folder}/`);
  const entries = git(root, ['ls-tree', '-r', '-z', `${ref}^{commit}`, '--', ...paths], ref)
    .toString()
    .split('\0')
    .flatMap((line) => {
      // `<mode> <type> <id>`, a tab, the path
      const [about = '', path = ''] = line.split('\t');
      const [, type, id = ''] = about.split(' ');
      return type === 'blob' && isRead(path) ? [{ id, path }] : [];
    });
  const differing = entries.filter(({ id, path }) => now.get(path) === undefined || idOf(now.get(path)!, id) !== id);
  const output = git(root, ['cat-file', '--batch'], ref, differing.map(({ id }) => `${id}\n`).join(''));
  let at = 0;
  const read = new Map(
    differing.map(({ path }) => {
      // `<id> blob <bytes>`, the content, a newline
      const start = output.indexOf(10, at) + 1;
      const end = start + Number(output.subarray(at, start).toString().split(' ')[2]);
      at = end + 1;
      return [path, output.subarray(start, end).toString()];
    }),
  );
  return new Map(entries.map(({ path }) => [path, read.get(path) ?? now.get(path)!]));
}

/** What Git would call a text, by the hash function of another id. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
function idOf(text: string, like: string): string {
  const bytes = Buffer.from(text);
  return createHash(like.length === 40 ? 'sha1' : 'sha256')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

function git(root: string, args: readonly string[], ref: string, input = ''): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: root, input, maxBuffer: 1 << 30 });
  if (error) throw error;
  if (status !== 0)
    throw new UsageError(
      `cannot read dist/ at ${ref}: ${stderr.toString().trim().split('\n')[0]} (expected a branch, a tag or a commit that this clone has; git fetch brings those of others)`,
    );
  return stdout;
}
