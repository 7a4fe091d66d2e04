import { z } from 'zod';
import type { GitHub, RepoPath } from './github-connection';
import { paged } from './github-connection';

const found = z.array(
  z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }),
);

/**
 * Writes the one comment on a pull request: it edits the comment that begins with the marker and is our own, or creates it.
 * Anybody may have written the marker before.
 * https://docs.github.com/en/rest/issues/comments
 */
export async function writeComment(
  github: GitHub,
  path: RepoPath,
  number: number,
  marker: string,
  text: string,
): Promise<void> {
  const body = `${marker}\n\n${text}`;
  const login = await github.login();
  for await (const comment of paged(
    github.request,
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { ...path, issue_number: number },
    (data) => found.parse(data),
  )) {
    if (comment.user?.login !== login || !comment.body?.startsWith(marker)) continue;
    if (comment.body !== body)
      await github.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        ...path,
        comment_id: comment.id,
        body,
      });
    return;
  }
  await github.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...path,
    issue_number: number,
    body,
  });
}
