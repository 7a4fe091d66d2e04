/**
 * Two texts of one object, without what is the same in both. Reading 50 MB of YAML takes longer than a person waits, and
 * most of it has not changed: so it is cut where it can be told by indentation alone, and only the rest is read. What
 * `compareValues` finds in the rest is what it would find in the whole (test/diff/reduce.test.ts).
 *
 * It relies on how lib/kube/yaml.ts writes: block style, two blanks a level, a list at the indentation of its key.
 */
export function reduce(from: string, to: string): readonly [string, string] {
  const [a, b] = mapping(from, to, '');
  return [a === '' ? NOTHING : a, b === '' ? NOTHING : b];
}

const NOTHING = '{}\n';

/** The fields of a mapping whose lines start with `pad`: text by key, with all that belongs to it. */
export function fieldsOf(text: string, pad = ''): ReadonlyMap<string, string> {
  return new Map(split(text, pad, '[^\\s-]').map((block) => [KEY.exec(block)?.[1]?.trimStart() ?? block, block]));
}

const KEY = /^(\s*(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^:]+)):/;

const starts = new Map<string, RegExp>();

/** Cut before every line that has `start` after exactly `pad`. */
function split(text: string, pad: string, start: string): string[] {
  let regex = starts.get(pad + start);
  if (regex === undefined) starts.set(pad + start, (regex = new RegExp(`^(?=${pad}${start})`, 'm')));
  return text === '' ? [] : text.split(regex);
}

function mapping(from: string, to: string, pad: string): readonly [string, string] {
  const [left, right] = [fieldsOf(from, pad), fieldsOf(to, pad)];
  let [a, b] = ['', ''];
  for (const [key, block] of left) {
    const other = right.get(key);
    if (other === block) continue;
    const [before, after] = other === undefined ? [block, ''] : field(block, other, pad);
    a += before;
    b += after;
  }
  for (const [key, block] of right) if (!left.has(key)) b += block;
  return [a, b];
}

/** A field that differs: a mapping or a list in both is looked into, everything else stays as it is. */
function field(from: string, to: string, pad: string): readonly [string, string] {
  const [head, before] = cut(from);
  const [other, after] = cut(to);
  if (head !== other || !head.endsWith(':\n')) return [from, to];
  const isList = (text: string): boolean => text.startsWith(`${pad}- `);
  if (isList(before) !== isList(after)) return [from, to];
  const empty = `${head.slice(0, -1)} ${isList(before) ? '[]' : '{}'}\n`;
  const [a, b] = isList(before) ? list(before, after, pad) : mapping(before, after, `${pad}  `);
  return [a === '' ? empty : head + a, b === '' ? empty : head + b];
}

const cut = (text: string): readonly [string, string] => {
  const end = text.indexOf('\n') + 1;
  return [text.slice(0, end), text.slice(end)];
};

/** Elements that are the same go only where both lists have the same names in the same order: else their place tells. */
function list(from: string, to: string, pad: string): readonly [string, string] {
  const [left, right] = [split(from, pad, '- '), split(to, pad, '- ')];
  const names = left.map((item) => nameOf(item, pad));
  const alike =
    left.length === right.length &&
    new Set(names).size === names.length &&
    names.every((name, i) => name !== undefined && name === nameOf(right[i]!, pad));
  if (!alike) return [from, to];
  let [a, b] = ['', ''];
  left.forEach((item, i) => {
    if (item === right[i]) return;
    const [before, after] = mapping(asMapping(item, pad), asMapping(right[i]!, pad), `${pad}  `);
    const name = `${pad}- name: ${names[i]}\n`;
    a += name + before;
    b += name + after;
  });
  return [a, b];
}

const nameOf = (item: string, pad: string): string | undefined =>
  new RegExp(`^${pad}(?:- |  )name: (.*)$`, 'm').exec(item)?.[1];
const asMapping = (item: string, pad: string): string => `${pad}  ${item.slice(pad.length + 2)}`;
