/**
 * The configuration of CoreDNS, as far as it says for which domains the cluster's Services have names, and how long answers about them
 * are kept.
 * https://coredns.io/manual/configuration/, https://coredns.io/plugins/kubernetes/ and https://coredns.io/plugins/cache/
 */

/** Words of a line; `{` and `}` are words of their own where they stand alone. */
type Line = readonly string[];

/** Reads the words line by line: `"` holds words together, `\` takes the next character as it is, and `#` starts a comment. */
function linesOf(text: string): readonly Line[] {
  const lines: string[][] = [[]];
  let [word, isQuoted, isWord]: [string, boolean, boolean] = ['', false, false];
  const end = (): void => {
    if (isWord) lines.at(-1)!.push(word);
    [word, isWord] = ['', false];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && at + 1 < text.length) [word, isWord] = [word + text[++at], true];
    else if (character === '"') [isQuoted, isWord] = [!isQuoted, true];
    else if (isQuoted) word += character;
    else if (character === '#' && !isWord) while (at + 1 < text.length && text[at + 1] !== '\n') at++;
    else if (character === '\n') {
      end();
      lines.push([]);
    } else if (character.trim() === '') end();
    else [word, isWord] = [word + character, true];
  }
  end();
  return lines.filter((line) => line.length > 0);
}

const isReverse = (zone: string): boolean => zone.endsWith('in-addr.arpa') || zone.endsWith('ip6.arpa');
/** Names of DNS know no case. */
const plain = (zone: string): string => (zone.endsWith('.') ? zone.slice(0, -1) : zone).toLowerCase();

/** A line with the lines of its block. */
interface Directive {
  readonly words: Line;
  readonly inner: readonly Directive[];
}

function directivesOf(text: string): readonly Directive[] {
  const blocks: Directive[][] = [[]];
  for (const line of linesOf(text)) {
    const block: Directive[] = [];
    if (line[0] === '}') {
      if (blocks.length > 1) blocks.pop();
      continue;
    }
    const opens = line.at(-1) === '{';
    blocks.at(-1)!.push({ words: opens ? line.slice(0, -1) : line, inner: block });
    if (opens) blocks.push(block);
  }
  return blocks[0]!;
}

interface Services {
  readonly server: Directive;
  readonly plugin: Directive;
  readonly domains: readonly string[];
}

/** Each plugin `kubernetes` with its zones, without those of addresses; of one without zones, those of its server. */
const servicesIn = (corefile: string): readonly Services[] =>
  directivesOf(corefile).flatMap((server) =>
    server.inner
      .filter(({ words }) => words[0] === 'kubernetes')
      .map((plugin) => {
        const zones = plugin.words.length > 1 ? plugin.words.slice(1) : server.words.map(withoutPort);
        return { server, plugin, domains: zones.map(plain).filter((zone) => zone !== '' && !isReverse(zone)) };
      }),
  );

/** @returns domains for which Services have names */
export const domainsOf = (corefile: string): readonly string[] => [
  ...new Set(servicesIn(corefile).flatMap(({ domains }) => domains)),
];

/** What plugin `kubernetes` says of how long its answers hold, and plugin `cache` of how long it keeps any. */
const TTL_SECONDS = { kubernetes: 5, cache: 3600 };

/** @returns for how many seconds plugin `cache` gives the same answer about a Service, whatever has become of it; 0: it is not asked */
export function secondsKept(corefile: string, domain: string): number {
  const services = servicesIn(corefile).find(({ domains }) => domains.includes(domain));
  const cache = services?.server.inner.find(({ words }) => words[0] === 'cache');
  if (services === undefined || cache === undefined) return 0;
  const [, first, ...rest] = cache.words;
  const isTime = first !== undefined && (isNumber(first) || first.startsWith('{$'));
  const zones = first === undefined || isTime ? rest : [first, ...rest];
  const disabled = cache.inner.find(({ words: [word, what] }) => word === 'disable' && what === 'success');
  if (!covers(zones, domain) || (disabled !== undefined && covers(disabled.words.slice(2), domain))) return 0;
  const success = cache.inner.find(({ words }) => words[0] === 'success')?.words[2];
  const ttl = services.plugin.inner.find(({ words }) => words[0] === 'ttl')?.words[1];
  return Math.min(
    secondsOf(ttl, TTL_SECONDS.kubernetes),
    secondsOf(success ?? (isTime ? first : undefined), TTL_SECONDS.cache),
  );
}

/** Of a word that stands for a variable the default holds, since its value is not known here. */
const secondsOf = (word: string | undefined, usual: number): number =>
  word !== undefined && isNumber(word) ? Number(word) : usual;
const isNumber = (word: string): boolean => Number.isFinite(Number(word));

/** Whether a domain is in one of the zones; none mean all. */
const covers = (zones: readonly string[], domain: string): boolean =>
  zones.length === 0 || zones.map(plain).some((zone) => zone === '' || domain === zone || domain.endsWith(`.${zone}`));

/** Of `dns://example.org:53`, the zone. */
function withoutPort(address: string): string {
  const [only = ''] = address.split(',');
  const scheme = only.indexOf('://');
  const rest = scheme === -1 ? only : only.slice(scheme + '://'.length);
  const colon = rest.lastIndexOf(':');
  return colon === -1 ? rest : rest.slice(0, colon);
}
