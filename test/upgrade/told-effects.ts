import MarkdownIt from 'markdown-it';

/** What CHANGELOG.md says that a version does to `dist/`. */

const EFFECT = 'Effect on dist/: ';

/** @returns of each entry of the newest version what it does to `dist/`, without entries that do nothing */
export function toldEffects(changelog: string): readonly string[] {
  const tokens = new MarkdownIt().parse(changelog, {});
  const versions = tokens.flatMap(({ type, tag }, at) => (type === 'heading_open' && tag === 'h2' ? [at] : []));
  return tokens
    .slice(versions[0] ?? 0, versions[1])
    .filter(({ type }) => type === 'inline')
    .map(({ children }) => (children ?? []).map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join(''))
    .flatMap((text) => text.split(EFFECT).slice(1))
    .filter((effect) => !effect.startsWith('none'));
}
