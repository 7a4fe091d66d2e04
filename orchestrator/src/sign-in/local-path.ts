import { HttpProblem } from '../http/problem';

const LENGTH_MAX = 1_000;

/**
 * Where somebody goes once signed in: a path of this server, with its query and fragment. Whatever a browser would read as another
 * place is refused. The answer goes behind the origin of this server, so that it cannot become a host.
 * @param to as the link has it
 * @throws HttpProblem[bad_request]
 */
export function localPath(to: string, { origin }: URL): string {
  const url =
    to.length <= LENGTH_MAX && to.startsWith('/') && URL.canParse(to, origin) ? new URL(to, origin) : undefined;
  if (url?.origin !== origin || url.username !== '' || url.password !== '')
    throw new HttpProblem(
      'bad_request',
      `to is a path of this server, such as /ui/, of at most ${LENGTH_MAX} characters`,
    );
  return `${url.pathname}${url.search}${url.hash}`;
}
