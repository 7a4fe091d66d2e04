import { parseCookie, stringifySetCookie } from 'cookie';

/** One cookie of this server: no script reads it, and no other site's page sends it along but by a link. */
export interface Cookie {
  /** Of the header of a request; undefined: there is none. */
  read(header: string | undefined): string | undefined;
  /** The header of an answer. @param seconds how long the browser keeps it */
  set(value: string, seconds: number): string;
  readonly clear: string;
}

/**
 * By https the browser is told to take it from this very host alone, by its name: a neighbour's host may not set it.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
export function cookieOf(name: string, { protocol }: URL): Cookie {
  const secure = protocol === 'https:';
  const full = secure ? `__Host-${name}` : name;
  const set = (value: string, maxAge: number): string =>
    stringifySetCookie({ name: full, value, maxAge, path: '/', httpOnly: true, secure, sameSite: 'lax' });
  return {
    read: (header) => (header === undefined ? undefined : parseCookie(header)[full]),
    set,
    clear: set('', 0),
  };
}
