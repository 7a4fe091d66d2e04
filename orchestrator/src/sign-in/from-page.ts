import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { CSRF_HEADER, isReading } from '../http/auth';
import { HttpProblem } from '../http/problem';

/**
 * A browser sends a cookie along whoever makes it ask. So what a cookie speaks for has to come from a page of this server: the
 * browser says where it comes from, and whoever changes something shows what only this session's page was told.
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @param csrf of the session
 * @throws HttpProblem[not_from_page]
 */
export function checkFromPage(
  request: Pick<FastifyRequest, 'method' | 'headers'>,
  { origin }: URL,
  csrf: string,
): void {
  const { origin: from, 'sec-fetch-site': site, 'sec-fetch-mode': mode, [CSRF_HEADER]: shown } = request.headers;
  const isReadOnly = isReading(request);
  if (from !== undefined && from !== origin) throw refused(`it comes from a page of ${from}, not of ${origin}`);
  // a link elsewhere may lead here, since whoever has it sees nothing of the answer
  const isLink = isReadOnly && mode === 'navigate';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink)
    throw refused('it comes from a page of another server');
  if (isReadOnly) return;
  if (from === undefined && site !== 'same-origin')
    throw refused('it changes something, and says neither by Origin nor by Sec-Fetch-Site where it comes from');
  if (typeof shown !== 'string' || !isSame(shown, csrf))
    throw refused(`it changes something, and its header ${CSRF_HEADER} is not what /api/me tells this session as csrf`);
}

const refused = (detail: string) => new HttpProblem('not_from_page', `the request is refused: ${detail}`);

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
