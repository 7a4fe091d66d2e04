/** Addresses of repositories: `https://host:port/base/owner/name.git`, `ssh://git@host:port/…`, `git@host:owner/name.git`. */

export interface Address {
  /** Lower case, without port. */
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

const SSH_SCHEMES = ['ssh:', 'git+ssh:', 'ssh+git:'];

/** Reads an address. @returns undefined if it is none */
export function addressOf(text: string): Address | undefined {
  if (text.includes('://')) {
    if (!URL.canParse(text)) return undefined;
    const { protocol, hostname, pathname } = new URL(text);
    return { host: hostNamed(hostname), path: pathOf(pathname), bySsh: SSH_SCHEMES.includes(protocol) };
  }
  // `[user@]host:path`, as scp writes it
  const colon = text.indexOf(':');
  const host = text.slice(text.indexOf('@') + 1, colon);
  return colon < 1 || host === '' || host.includes('/')
    ? undefined
    : { host: hostNamed(host), path: pathOf(text.slice(colon + 1)), bySsh: true };
}

const hostNamed = (host: string): string => SAME_HOST[host.toLowerCase()] ?? host.toLowerCase();

const pathOf = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '')
    .join('/')
    .toLowerCase()
    .replace(/\.git$/, '');

/** Names an address the same way whatever it is written like: `host/base/owner/name`. */
export const addressKey = ({ host, path }: Pick<Address, 'host' | 'path'>): string => `${host}/${path}`;

/** The host of an address; '' if it is none. */
export const hostOfClone = (url: string): string => addressOf(url)?.host ?? '';
