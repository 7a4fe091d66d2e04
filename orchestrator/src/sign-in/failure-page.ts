import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpProblem } from '../http/problem';

/** What a person sees whose sign-in did not succeed. Nothing in it runs, and it loads nothing. */

const SECURITY = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Whether a browser shows the answer to somebody; programs get a problem document. */
export const isShown = ({ headers: { accept = '' } }: Pick<FastifyRequest, 'headers'>): boolean =>
  accept.split(',').some((type) => type.split(';')[0]?.trim() === 'text/html');

/** @param again where the person begins anew: a path of this server */
export function sendFailurePage(
  reply: FastifyReply,
  problem: HttpProblem,
  requestId: string,
  again: string,
): FastifyReply {
  const { status, title, detail } = problem.body(requestId);
  return reply
    .code(status)
    .headers({ ...SECURITY, ...problem.headers() })
    .type('text/html; charset=utf-8')
    .send(failurePage(title, detail, requestId, again));
}

/** @param detail may be of the provider, or of whoever made the link */
export const failurePage = (title: string, detail: string, requestId: string, again: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escaped(title)} · tekton-dag</title>
  </head>
  <body>
    <main>
      <h1>${escaped(title)}</h1>
      <p>${escaped(detail)}</p>
      <p><a href="${escaped(again)}">Try again</a></p>
      <p><small>Request ${escaped(requestId)}</small></p>
    </main>
  </body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
