import { isDeepStrictEqual } from 'node:util';
import { LineCounter, isAlias, isMap, isScalar, visit } from 'yaml';
import type { Alias, ParsedNode, Pair, YAMLMap } from 'yaml';
import type { SourceFile } from './document';
import { loadVersions } from './formats';
import { MERGE_KEY, nameOf, parseYaml } from './parse-yaml';
import type { VersionsFile } from './versions';
import { InputError } from '../words/problem';

/**
 * The one writer of versions.yaml: it puts new values into the text where the old ones stand, and leaves every other
 * character as it is. What it wrote is read again before anybody sees it.
 */

/** Keys of an app in versions.yaml. One that is undefined keeps its value. */
export type Change = Partial<VersionsFile['apps'][string]>;

/** New text for a part of the old one. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
type Entry = Pair<ParsedNode, ParsedNode | null>;
type Mapping = YAMLMap.Parsed;

/**
 * The text with the changes of some apps. An app that the file does not have is added.
 * @param source must be valid
 * @throws InputError if the text cannot be changed so that it reads as it should
 */
export function editVersions(source: SourceFile, changes: Readonly<Record<string, Change>>): string {
  return Object.entries(changes).reduce(
    (text, [app, change]) => editApp({ ...source, text }, app, change),
    source.text,
  );
}

function editApp(source: SourceFile, app: string, change: Change): string {
  const before = read(source);
  if (before === undefined) throw refused(source, 'is not valid: run npx tekton-dag validate on it');
  const given = Object.entries(change).filter(([, value]) => value !== undefined) as [keyof Change, string][];
  const wanted = { ...before.apps[app], ...Object.fromEntries(given) };
  const news = given.filter(([key, value]) => before.apps[app]?.[key] !== value);
  if (news.length === 0) return source.text;
  const expected = { apps: { ...before.apps, [app]: wanted } };
  const editor = new Editor(source.text);
  for (const attempt of [() => editor.keys(app, news), () => editor.entry(app, wanted as Record<string, string>)]) {
    const splices = attempt();
    if (splices === undefined) continue;
    const text = spliced(source.text, splices);
    if (isDeepStrictEqual(read({ ...source, text }), expected)) return text;
  }
  throw refused(source, `the entry of ${app} cannot be edited; write it in lines of its own`);
}

const refused = ({ file }: SourceFile, message: string): InputError =>
  new InputError([{ file, message, severity: 'error' }]);

const read = (source: SourceFile): VersionsFile | undefined => {
  const { value, problems } = loadVersions(source);
  return problems.some(({ severity }) => severity === 'error') ? undefined : value;
};

const spliced = (text: string, splices: readonly Splice[]): string =>
  [...new Map(splices.map((splice) => [JSON.stringify([splice.start, splice.end]), splice])).values()]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, { start, end, text: part }) => result.slice(0, start) + part + result.slice(end), text);

/** Finds the places in one text. */
class Editor {
  private readonly apps: Mapping | undefined;
  /** What each alias stands for. */
  private readonly targets = new Map<Alias.Parsed, ParsedNode>();

  constructor(private readonly text: string) {
    const [document] = parseYaml(text, new LineCounter());
    const root = document?.root;
    const apps = isMap(root) ? pairOf(root, 'apps')?.value : undefined;
    this.apps = isMap(apps) ? apps : undefined;
    const anchors = new Map<string, ParsedNode>();
    visit(root ?? null, {
      Node: (_, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target) this.targets.set(node as Alias.Parsed, target);
        } else if (node.anchor !== undefined) anchors.set(node.anchor, node as ParsedNode);
      },
    });
  }

  /** Sets keys of an app one by one; undefined where the app has no mapping of its own. */
  keys(app: string, values: readonly (readonly [string, string])[]): readonly Splice[] | undefined {
    const mapping = this.apps && pairOf(this.apps, app)?.value;
    if (!isMap(mapping)) return undefined;
    const pairs = values.map(([key, value]) => ({ key, value, pair: pairOf(mapping, key) }));
    const there = pairs.flatMap(({ pair, value }) => (pair ? [this.replaced(pair, value)] : []));
    const missing = pairs.flatMap(({ key, value, pair }) => (pair ? [] : [[key, quoted(value)] as const]));
    return [
      ...there,
      ...(missing.length === 0 ? [] : [this.added(mapping, pairOf(mapping, 'version'), missing)]),
      ...this.detached(pairs.flatMap(({ pair }) => pair?.value ?? [])),
      ...(missing.length === 0 ? [] : this.detached([mapping], 'around')),
    ];
  }

  /** Writes the whole entry of an app anew, or for the first time. */
  entry(app: string, values: Readonly<Record<string, string>>): readonly Splice[] | undefined {
    if (this.apps === undefined) return undefined;
    const value = pairOf(this.apps, app)?.value;
    const pairs = Object.entries(values).map(([key, text]) => `${key}: ${quoted(text)}`);
    const text = `{ ${pairs.join(', ')} }`;
    if (!value) return [this.added(this.apps, undefined, [[app, text]])];
    const [start, end] = value.range;
    if (start === end) return [this.filled(start, text)];
    const isWholeLine = this.text.slice(start, end).endsWith('\n');
    return [{ start, end, text: isWholeLine ? text + this.lineEnd : text }, ...this.detached([value])];
  }

  /** A value in place of another; quotes stay as they are. */
  private replaced({ key, value }: Entry, text: string): Splice {
    if (!value) return { start: key.range[1], end: key.range[1], text: `: ${quoted(text)}` };
    const [start, end] = value.range;
    if (start === end) return this.filled(start, quoted(text));
    const old = isScalar(value) ? String(value.value) : '';
    // of a block scalar the header comes first, and a comment there may say anything
    const at = old === '' ? -1 : this.text.slice(start, end).lastIndexOf(old);
    return at < 0 ? { start, end, text: quoted(text) } : { start: start + at, end: start + at + old.length, text };
  }

  /** A value where there was none. */
  private filled(at: number, text: string): Splice {
    const space = {
      before: this.text.charAt(at - 1) === ':' ? ' ' : '',
      behind: this.text.charAt(at) === '#' ? ' ' : '',
    };
    return { start: at, end: at, text: space.before + text + space.behind };
  }

  /** Pairs behind one that is there, or the last, and written as that is. */
  private added(
    mapping: Mapping,
    behind = mapping.items.at(-1) as Entry | undefined,
    values: readonly (readonly [string, string])[],
  ): Splice {
    const quote = behind && this.text.charAt(behind.key.range[0]) === '"' ? '"' : '';
    const pairs = values.map(([key, value]) => `${quote}${key}${quote}: ${value}`);
    const at = (start: number, text: string): Splice => ({ start, end: start, text });
    if (behind === undefined) return at(mapping.range[0] + 1, ` ${pairs.join(', ')} `);
    const end = (behind.value ?? behind.key).range[1];
    const begin = this.lineStart(behind.key.range[0]);
    const lead = this.text.slice(begin, behind.key.range[0]);
    if (mapping.flow) {
      const between = lead.trim() === '' ? `,${this.lineEnd}${lead}` : ', ';
      return at(end, pairs.map((pair) => between + pair).join(''));
    }
    const indent = ' '.repeat(mapping.range[0] - this.lineStart(mapping.range[0]));
    const lines = pairs.map((pair) => indent + pair);
    const next = LINE_END.test(this.text.charAt(end - 1)) ? end : this.nextLine(end);
    return next === undefined
      ? at(this.text.length, lines.map((line) => this.lineEnd + line).join(''))
      : at(next, lines.map((line) => line + this.lineEnd).join(''));
  }

  /**
   * Aliases of what changes: each is written out as it reads now, since what it stands for does not change.
   * @param side `around`: only what is around the changed nodes changes, and these themselves, but not what is in them
   */
  private detached(changed: readonly ParsedNode[], side?: 'around'): readonly Splice[] {
    const affects = ({ range: [start, end] }: ParsedNode) =>
      changed.some(
        ({ range: [from, to] }) => (start <= from && end >= to) || (side !== 'around' && start >= from && end <= to),
      );
    const isGone = ({ range: [start] }: ParsedNode) =>
      side !== 'around' && changed.some(({ range: [from, to] }) => start >= from && start < to);
    return [...this.targets].flatMap(([alias, target]) =>
      affects(target) && !isGone(alias)
        ? [{ start: alias.range[0], end: alias.range[1], text: this.rendered(alias) }]
        : [],
    );
  }

  private rendered(node: ParsedNode | null): string {
    if (isAlias(node)) return this.rendered(this.targets.get(node as Alias.Parsed) ?? null);
    if (isMap(node))
      return `{ ${node.items.map(({ key, value }) => `${nameOf(key)}: ${this.rendered(value as ParsedNode | null)}`).join(', ')} }`;
    if (isScalar(node)) return node.value === null ? 'null' : quoted(String(node.value));
    return node === null ? 'null' : `[ ${node.items.map((item) => this.rendered(item as ParsedNode)).join(', ')} ]`;
  }

  private lineStart(offset: number): number {
    return Math.max(this.text.lastIndexOf('\n', offset - 1), this.text.lastIndexOf('\r', offset - 1)) + 1;
  }

  /** Where the line after that of `offset` begins; undefined in the last one. */
  private nextLine(offset: number): number | undefined {
    const found = LINE_END.exec(this.text.slice(offset));
    return found ? offset + found.index + found[0].length : undefined;
  }

  /** As the file ends its first line. */
  private get lineEnd(): string {
    return LINE_END.exec(this.text)?.[0] ?? '\n';
  }
}

const LINE_END = /\r\n|\r|\n/;
const quoted = (text: string): string => JSON.stringify(text);

const pairOf = (mapping: Mapping, name: string): Entry | undefined =>
  mapping.items.find(({ key }) => nameOf(key) === name && name !== MERGE_KEY) as Entry | undefined;
