import { SECRETS } from '../../lib/output/secrets/table';

/** The table of Secrets of docs/security.md, as the code gives it. */

const HEAD = '| Secret | Namespace | Type | Keys | Read by | What it does | Needed |\n|---|---|---|---|---|---|---|';

/** The page with its table made anew. */
export function withSecrets(page: string): string {
  const from = page.indexOf('| Secret | Namespace |');
  if (from < 0) throw new Error('the page has no table of Secrets');
  const rows = SECRETS.map(({ name, namespace, type, keys, anyKey, readBy, use, needed }) => {
    const shown = anyKey ? `any, such as \`${keys.join()}\`` : keys.map((key) => `\`${key}\``).join(', ');
    return `| \`${name}\` | ${namespace} | ${type ?? 'any'} | ${shown} | ${readBy} | ${use.replaceAll('<scope>', '`<scope>`')} | ${needed} |`;
  });
  return `${page.slice(0, from)}${[HEAD, ...rows].join('\n')}${page.slice(page.indexOf('\n\n', from))}`;
}
