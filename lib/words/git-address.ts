/**
 * Addresses of repositories, as git takes them: `https://host:port/base/owner/name.git`, `ssh://git@host:port/…`, and the short form
 * of scp, `git@host:owner/name.git`. https://git-scm.com/docs/git-clone#_git_urls
 */

export interface Address {
  /** Lower case, without port; of IPv6, in brackets. */
  readonly host: string;
  /** What follows the host, lower case, without slashes around it and without `.git`. */
  readonly path: string;
  readonly bySsh: boolean;
}

/**
 * Names under which public hosts take SSH where its own port is closed.
 * https://docs.github.com/en/authentication/troubleshooting-ssh/using-ssh-over-the-https-port
 */
const SAME_HOST: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

const WEB_SCHEMES = ['https:', 'http:'];
const SSH_SCHEMES = ['ssh:', 'git+ssh:', 'ssh+git:'];

interface Parts {
  readonly scheme: string;
  /** Lower case; of IPv6, in brackets. */
  readonly hostname: string;
  /** With its port, if that is not the scheme's own. */
  readonly origin: string;
  /** As it is written, without slashes around it and without `.git`. */
  readonly path: string;
}

function partsOf(text: string): Parts | undefined {
  const url = text.includes('://') ? text : urlOfShort(text);
  const parsed = url === undefined ? undefined : parseURL(url);
  if (parsed === undefined) return undefined;
  const { protocol: scheme, hostname, host, pathname } = parsed;
  return { scheme, hostname: hostname.toLowerCase(), origin: `${scheme}//${host}`, path: pathOf(pathname) };
}

/** `URL.parse` of Node 22. An event brings several addresses, so none is parsed twice. */
function parseURL(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** The URL of what is written as scp does: `[user@]host:path`, with brackets around IPv6, or around `host:port`. */
function urlOfShort(text: string): string | undefined {
  const bracket = text.indexOf('[');
  const first = text.indexOf(':');
  const isBracketed = bracket !== -1 && bracket < first;
  const colon = isBracketed ? text.indexOf(']:', bracket) + 1 : first;
  // git takes what has a slash before the colon for a path
  if (colon < 1 || text.slice(0, colon).includes('/')) return undefined;
  const inner = isBracketed ? text.slice(bracket + 1, colon - 1) : text.slice(0, colon);
  const host = inner.slice(inner.lastIndexOf('@') + 1);
  const isIPv6 = host.indexOf(':') !== host.lastIndexOf(':');
  return host === '' ? undefined : `ssh://${isIPv6 ? `[${host}]` : host}/${text.slice(colon + 1)}`;
}

/** `~/` is the folder in which the short form begins, too; `~owner` is part of the path. */
function pathOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  return (parts[0] === '~' ? parts.slice(1) : parts).join('/').replace(/\.git$/i, '');
}

/** Reads an address. @returns undefined if it is none */
export function addressOf(text: string): Address | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const { scheme, hostname, path } = parts;
  return {
    host: SAME_HOST[hostname] ?? hostname,
    path: path.toLowerCase(),
    bySsh: SSH_SCHEMES.includes(scheme),
  };
}

/** Where people see a repository, and its path there; of ssh the host alone is known, and https is taken to be its web. */
export function webPlaceOf(text: string): { readonly origin: string; readonly path: string } | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const { scheme, hostname, origin, path } = parts;
  if (WEB_SCHEMES.includes(scheme)) return { origin, path };
  return SSH_SCHEMES.includes(scheme) ? { origin: `https://${SAME_HOST[hostname] ?? hostname}`, path } : undefined;
}

/** Names an address the same way whatever it is written like: `host/base/owner/name`. */
export const addressKey = ({ host, path }: Pick<Address, 'host' | 'path'>): string => `${host}/${path}`;

/** Whether a user, a token or a password stands in the address of a page; who clones by SSH names a user there. */
export function holdsCredential(text: string): boolean {
  const url = parseURL(text);
  return url !== undefined && WEB_SCHEMES.includes(url.protocol) && url.username + url.password !== '';
}

const BASE_SCHEMES = [...WEB_SCHEMES, 'ssh:', 'git:', 'file:'];
/** Whether repositories can be cloned from below an address: a URL without a slash at its end, or `[user@]host:`. */
export function isCloneBase(text: string): boolean {
  const parts = partsOf(text);
  if (parts === undefined || /[\s?#]/.test(text)) return false;
  if (text.includes('://')) return BASE_SCHEMES.includes(parts.scheme) && !text.endsWith('/');
  // a scheme without its slashes
  return ![...BASE_SCHEMES, ...SSH_SCHEMES].includes(`${parts.hostname}:`);
}

/** The host of an address; '' if it is none. */
export const hostOfClone = (url: string): string => addressOf(url)?.host ?? '';

/**
 * The host of an API of GitHub: `https://api.github.com` → `github.com`. A GitHub Enterprise server has its API below its own name.
 * https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
 */
export const hostOfApi = (apiUrl: string): string =>
  new URL(apiUrl).hostname.replace(/^api\.(github\.com|[^.]+\.ghe\.com)$/, '$1');
