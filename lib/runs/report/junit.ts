import type { Case, CaseState } from './summary';
import { TEXT_MAX } from './summary';
import type { Locate } from './place';
import { lineOf, placeIn } from './place';
import type { Tally } from './tally';
import { rounded } from './tally';
import { firstLines, line } from './text';
import type { XmlReader } from './xml';
import { numberOf } from './xml';

/**
 * Reads cases in the format of JUnit, of which there is no standard. What Surefire, Gradle, pytest, jest-junit, PHPUnit, newman
 * and Playwright write differs in how suites are nested and in attributes; they have in common what is read here. Counts that
 * a suite gives of itself are not: some leave them out, and each case is there.
 * https://github.com/testmoapp/junitxml
 */

/** What says that a case did not pass; the first one counts. Those of runs that were repeated tell of a run before. */
const STATES: ReadonlyMap<string, CaseState> = new Map([
  ['failure', 'failed'],
  ['error', 'error'],
  ['skipped', 'skipped'],
]);
/** Surefire, of a case that passed when it was run again. https://maven.apache.org/surefire/maven-surefire-plugin/examples/rerun-failing-tests.html */
const FLAKY: ReadonlySet<string> = new Set(['flakyFailure', 'flakyError']);
const SUITES: ReadonlySet<string> = new Set(['testsuites', 'testsuite']);
/** Characters of a failure that are looked at. */
const KEPT = 64 * 1024;

interface Suite {
  readonly name: string;
  readonly file?: string;
}
interface Open {
  /** A suite that broke before its first case says so by itself. */
  readonly isSuite: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  state?: CaseState;
  flaky: boolean;
  type: string;
  message: string;
  text: string;
}

export class JunitReader implements XmlReader {
  private readonly suites: Suite[] = [];
  private one: Open | undefined;
  /** How deep the reader is below the element that says why it did not pass; undefined outside of one. */
  private below: number | undefined;

  constructor(
    private readonly tally: Tally,
    private readonly locate: Locate,
  ) {
    tally.seeCases();
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.below !== undefined) this.below++;
    else if (SUITES.has(name)) this.suites.push({ name: attributes.name ?? '', file: attributes.file });
    else if (name === 'testcase') this.one = begun(attributes, false);
    else if (this.one !== undefined && FLAKY.has(name)) this.one.flaky = true;
    else this.openReason(name, attributes);
  }

  private openReason(name: string, attributes: Readonly<Record<string, string>>): void {
    const state = STATES.get(name);
    if (state === undefined || (this.one === undefined && (state === 'skipped' || this.suites.length === 0))) return;
    this.one ??= begun({}, true);
    if (this.one.state !== undefined && this.one.state !== 'skipped') return;
    this.one.state = state;
    this.one.message = attributes.message ?? '';
    this.one.type = attributes.type ?? '';
    this.one.text = '';
    this.below = 0;
  }

  text(part: string): void {
    if (this.one === undefined || this.below !== 0) return;
    this.one.text += part.slice(0, KEPT - this.one.text.length);
  }

  close(name: string): void {
    if (this.below !== undefined) {
      if (this.below-- > 0) return;
      this.below = undefined;
      if (this.one?.isSuite) this.end();
    } else if (name === 'testcase') this.end();
    else if (SUITES.has(name)) this.suites.pop();
  }

  private end(): void {
    if (this.one !== undefined) this.tally.add(this.caseOf(this.one));
    this.one = undefined;
  }

  private caseOf({ attributes, state = 'passed', flaky, type, message, text }: Open): Case {
    const suite = this.suites.at(-1)?.name ?? '';
    // PHPUnit has both, and `classname` with points in the place of its separator
    const className = attributes.class ?? attributes.classname ?? suite;
    const seconds = numberOf(attributes.time);
    const said =
      state === 'passed' ? '' : firstLines(text.includes(message) ? text : `${message}\n${text}`) || firstLines(type);
    return {
      class: line(className, TEXT_MAX.name),
      name: line(attributes.name ?? suite, TEXT_MAX.name),
      state,
      ...(seconds !== undefined && { seconds: rounded(seconds) }),
      ...(state === 'passed' && flaky && { flaky }),
      ...(said !== '' && { message: said }),
      ...(state === 'failed' || state === 'error' ? this.placeOf(attributes, className, `${message}\n${text}`) : {}),
    };
  }

  /** Where it failed; else where it stands, as the report says. */
  private placeOf(attributes: Readonly<Record<string, string>>, className: string, text: string) {
    const failed = placeIn(text, className, this.locate);
    const named = attributes.file ?? this.suites.findLast(({ file }) => file !== undefined)?.file;
    const file = named === undefined ? undefined : this.locate(named);
    if (file === undefined || failed?.file === file) return failed ?? {};
    // pytest counts lines from 0
    const from = this.suites.at(-1)?.name === 'pytest' ? 1 : 0;
    const number = lineOf(attributes.line === undefined ? undefined : String(Number(attributes.line) + from));
    return { file, ...(number !== undefined && { line: number }) };
  }
}

const begun = (attributes: Readonly<Record<string, string>>, isSuite: boolean): Open => ({
  isSuite,
  attributes,
  flaky: false,
  type: '',
  message: '',
  text: '',
});
