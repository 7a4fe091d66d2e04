/**
 * The configuration of CoreDNS, as far as it says for which domains the cluster's Services have names.
 * https://coredns.io/manual/configuration/ and https://coredns.io/plugins/kubernetes/
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
const plain = (zone: string): string => (zone.endsWith('.') ? zone.slice(0, -1) : zone);

/** @returns the zones of the plugin `kubernetes`, without those of addresses; of one without zones, those of its server */
export function domainsOf(corefile: string): readonly string[] {
  const domains = new Set<string>();
  let depth = 0;
  let server: Line = [];
  for (const line of linesOf(corefile)) {
    const opens = line.at(-1) === '{';
    const words = opens ? line.slice(0, -1) : line;
    if (depth === 0 && opens) server = words;
    // inside a block of a server, and in none of a plugin
    if (depth === 1 && words[0] === 'kubernetes') {
      const zones = words.length > 1 ? words.slice(1) : server.map(withoutPort);
      for (const zone of zones.map(plain)) if (zone !== '' && !isReverse(zone)) domains.add(zone);
    }
    depth += opens ? 1 : line[0] === '}' ? -1 : 0;
  }
  return [...domains];
}

/** Of `dns://example.org:53`, the zone. */
function withoutPort(address: string): string {
  const scheme = address.indexOf('://');
  const rest = scheme === -1 ? address : address.slice(scheme + '://'.length);
  const colon = rest.lastIndexOf(':');
  return colon === -1 ? rest : rest.slice(0, colon);
}
