import type { Locate } from './place';
import { TEXT_MAX } from './summary';
import type { Tally } from './tally';
import { line } from './text';
import { Unreadable, countOf } from './xml';

/** Characters of a line; those of a real one have a path, no more. */
const LINE_MAX = 64 * 1024;

interface Section {
  readonly path: string;
  /** As the report counts them itself. */
  LF?: number;
  LH?: number;
  found: number;
  hit: number;
}

/**
 * Reads coverage by file from lines of `<key>:<value>`.
 * https://manpages.debian.org/lcov/geninfo.1.en.html#FILES
 * @throws Unreadable for a line without end
 */
export function readLcov(parts: Iterable<string>, tally: Tally, locate: Locate): void {
  tally.seeCoverage();
  let section: Section | undefined;
  for (const text of linesOf(parts)) {
    const colon = text.indexOf(':');
    const [key, value] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
    if (key === 'SF') section = { path: locate(value) ?? line(value, TEXT_MAX.path), found: 0, hit: 0 };
    else if (section === undefined) continue;
    else if (key === 'LF' || key === 'LH') section[key] = countOf(value);
    else if (key === 'DA') {
      section.found++;
      // <line>,<times>[,<checksum>]
      if ((countOf(value.split(',', 2)[1]) ?? 0) > 0) section.hit++;
    } else if (key === 'end_of_record') {
      const { path, found, hit, LF: total = found, LH: covered = hit } = section;
      if (path !== '' && total > 0) tally.cover(path, { covered, total });
      section = undefined;
    }
  }
}

function* linesOf(parts: Iterable<string>): Iterable<string> {
  let rest = '';
  for (const part of parts) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_MAX) throw new Unreadable(`it has a line of more than ${LINE_MAX} characters`);
    for (const text of lines) yield text.trimEnd();
  }
  yield rest.trimEnd();
}
