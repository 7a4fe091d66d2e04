import { z } from 'zod';
import type { GitHub, RepoPath } from './github';
import { paged } from './github';

const found = z.array(
  z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }),
);

/**
 * Tells a pull request in one comment, which is edited: that which begins with the marker and is our own. Anybody may have
 * written the marker before.
 * https://docs.github.com/en/rest/issues/comments
 */
export async function tellPullRequest(
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
