import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../http/problem';

/** The page that people see runs on: files that Vite has built from orchestrator/web. They hold nothing of an installation. */

/** Where the page is. Whatever is below it is a view of the page, and the page finds out itself which. */
export const PAGE = '/ui';

/** The page asks this address alone, and runs nothing but its own files. https://www.w3.org/TR/CSP3/ */
const SECURITY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    // reports, which the API sends as documents of no origin
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Names of these files bear a hash of what is in them. */
const HASHED = '/assets/';

/** @param folder with what Vite has built @throws Error if there is no page in it */
export async function pageRoutes(app: FastifyInstance, folder: string): Promise<void> {
  const index = await readFile(join(folder, 'index.html'), 'utf8');
  app.get('/', (_request, reply) => reply.redirect(`${PAGE}/`));
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async (_request, reply) => void reply.headers(SECURITY));
      await scope.register(staticFiles, {
        root: folder,
        index: false,
        // a route for each file, so that every other path is a view
        wildcard: false,
        cacheControl: false,
        setHeaders: (reply, path) => {
          if (path.includes(HASHED)) reply.setHeader('cache-control', 'public, max-age=31536000, immutable');
        },
      });
      scope.setNotFoundHandler((request, reply) => {
        if (request.method !== 'GET' || request.url.includes(HASHED)) throw new HttpProblem('not_found');
        return reply.type('text/html; charset=utf-8').send(index);
      });
    },
    { prefix: PAGE },
  );
}
