import type { Locate } from './place';
import type { Tally } from './tally';
import { TEXT_MAX } from './summary';
import { line } from './text';
import type { XmlReader } from './xml';
import { Unreadable, countOf } from './xml';

/** Coverage by file, as Cobertura and JaCoCo write it. */

type Attributes = Readonly<Record<string, string>>;

/** Lines that are kept apart, since several classes may be of one file. */
const LINES_MAX = 2_000_000;

/** https://github.com/cobertura/web/blob/master/htdocs/xml/coverage-04.dtd; also of coverage.py, Istanbul and PHPUnit */
export class CoberturaReader implements XmlReader {
  private readonly open_: string[] = [];
  private readonly sources: string[] = [];
  private readonly files = new Map<string, Map<string, boolean>>();
  private lines: Map<string, boolean> | undefined;
  private kept = 0;

  constructor(
    private readonly tally: Tally,
    private readonly locate: Locate,
  ) {
    tally.seeCoverage();
  }

  open(name: string, attributes: Attributes): void {
    // a method repeats lines of its class
    const isOfClass = this.open_.at(-1) === 'lines' && this.open_.at(-2) === 'class';
    this.open_.push(name);
    if (name === 'source') this.sources.push('');
    else if (name === 'class') {
      const file = attributes.filename ?? '';
      this.lines = this.files.get(file) ?? new Map<string, boolean>();
      this.files.set(file, this.lines);
    } else if (name === 'line' && isOfClass) this.addLine(attributes);
  }

  private addLine({ number = '', hits }: Attributes): void {
    if (countOf(number) === undefined) return;
    if (++this.kept > LINES_MAX) throw new Unreadable(`it has more than ${LINES_MAX} lines`);
    this.lines?.set(number, this.lines.get(number) === true || (countOf(hits) ?? 0) > 0);
  }

  text(part: string): void {
    const source = this.open_.at(-1) === 'source' ? this.sources.pop() : undefined;
    if (source !== undefined) this.sources.push((source + part).slice(0, TEXT_MAX.path));
  }

  close(name: string): void {
    this.open_.pop();
    if (name === 'coverage') for (const [file, lines] of this.files) this.tell(file, lines);
  }

  private tell(file: string, lines: ReadonlyMap<string, boolean>): void {
    const found = [file, ...this.sources.map((source) => `${source.trim()}/${file}`)]
      .map(this.locate)
      .find((path) => path !== undefined);
    const path = found ?? line(file, TEXT_MAX.path);
    if (path === '' || lines.size === 0) return;
    this.tally.cover(path, { covered: [...lines.values()].filter((hit) => hit).length, total: lines.size });
  }
}

/** https://www.jacoco.org/jacoco/trunk/coverage/report.dtd */
export class JacocoReader implements XmlReader {
  private package = '';
  private file: string | undefined;

  constructor(
    private readonly tally: Tally,
    private readonly locate: Locate,
  ) {
    tally.seeCoverage();
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'package') this.package = attributes.name ?? '';
    else if (name === 'sourcefile') this.file = [this.package, attributes.name ?? ''].filter((part) => part).join('/');
    else if (name === 'counter' && attributes.type === 'LINE') this.tell(attributes);
  }

  private tell({ missed, covered }: Attributes): void {
    const [no, yes] = [countOf(missed), countOf(covered)];
    if (!this.file || no === undefined || yes === undefined) return;
    this.tally.cover(this.locate(this.file) ?? line(this.file, TEXT_MAX.path), { covered: yes, total: no + yes });
  }

  text(): void {
    // there is none
  }

  close(name: string): void {
    if (name === 'sourcefile') this.file = undefined;
  }
}
