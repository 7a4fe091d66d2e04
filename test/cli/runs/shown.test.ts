import type { z } from 'zod';
import type { RESPONSES } from '../../../orchestrator/src/http/responses';
import type { madeAnswer, problemAnswer, runAnswer, tasksAnswer, Run } from '../../../lib/cli/runs/answers';
import { paint } from '../../../lib/cli/runs/colour';
import { compareRuns } from '../../../lib/cli/runs/compare';
import { logLine, oneLine } from '../../../lib/cli/runs/harmless';
import { LogPrinter } from '../../../lib/cli/runs/log-printer';
import { span, taken } from '../../../lib/cli/runs/span';
import { table } from '../../../lib/cli/runs/table';
import { LOG_BYTES } from '../../../lib/words/log-bytes';

/** How runs and logs are shown in a terminal. */

describe('texts of strangers', () => {
  const HOSTILE = [
    '\u001b[31m',
    '\u001b]8;;https://x\u0007',
    '\u009b2J',
    '\u202e',
    '\u2066',
    '\b\b',
    '\u0000',
    '\u007f',
    '\u2028',
  ];

  it.each(HOSTILE)('%j does nothing', (text) => {
    for (const shown of [oneLine(`a${text}b`), logLine(`a${text}b`)])
      expect(shown).not.toMatch(/[^\P{Cc}\t]|[\u2028\u202e\u2066]/u);
  });

  it('are on one line', () => expect(oneLine(' a\n\tb\r\nc ')).toBe('a b\\u000d c'));

  it('are the last state of a line that is written over and over', () => {
    expect(logLine('10%\r50%\r100%\r')).toBe('100%');
    expect(logLine('\r')).toBe('');
  });
});

describe('a table', () => {
  const rows = [
    [{ text: 'a', style: 'failed' as const }, { text: 'short' }],
    [{ text: 'long name' }, { text: 'a longer text' }],
  ];
  const plain = (text: string): string => text;

  it('has columns, and no blanks at the end of a line', () =>
    expect(table(['NAME', ''], rows, plain)).toEqual(['NAME', 'a          short', 'long name  a longer text']));

  it('cuts the last column at the width of the terminal', () =>
    expect(table(undefined, rows, plain, 16)).toEqual(['a          short', 'long name  a lo…']));

  it('does not count colours', () =>
    expect(table(undefined, rows, (text, style) => (style ? `<${text}>` : text))[0]).toBe('<a>          short'));
});

describe('colours', () => {
  const { isTTY, hasColors } = process.stdout;
  const { NO_COLOR, FORCE_COLOR } = process.env;
  afterEach(() => {
    Object.assign(process.stdout, { isTTY, hasColors });
    for (const [name, value] of Object.entries({ NO_COLOR, FORCE_COLOR }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });
  const on = (tty: boolean, colours: boolean, noColor?: string): string => {
    Object.assign(process.stdout, { isTTY: tty, hasColors: () => colours });
    process.env.FORCE_COLOR = '1';
    delete process.env.NO_COLOR;
    if (noColor !== undefined) process.env.NO_COLOR = noColor;
    return paint('text', 'failed');
  };

  it('are for terminals that have them, unless NO_COLOR is set', () => {
    expect(on(true, true)).toBe('\u001b[31mtext\u001b[39m');
    expect([on(false, true), on(true, false), on(true, true, '1')]).toEqual(['text', 'text', 'text']);
    expect(on(true, true, '')).not.toBe('text');
  });
});

it.each([
  [0, '0s'],
  [-5_000, '0s'],
  [59_400, '59s'],
  [60_000, '1m'],
  [226_000, '3m46s'],
  [3_600_000, '1h'],
  [7_500_000, '2h5m'],
  [90_000_000, '1d'],
])('%d ms are %s', (milliseconds, text) => expect(span(milliseconds)).toBe(text));

it('what goes on has taken the time until now', () => {
  expect(taken({}, 1)).toBe('');
  expect(taken({ startedAt: '2026-05-10T12:00:00Z' }, Date.parse('2026-05-10T12:00:30Z'))).toBe('30s');
});

describe('two runs', () => {
  const run = (over: Partial<Run>): Run => ({
    name: 'x',
    pipeline: 'shop-pr-test',
    status: 'Failed',
    namespace: 'x',
    ...over,
  });
  const whats = (before: Partial<Run>, after: Partial<Run>) =>
    compareRuns(run(before), run(after)).differences.map(({ what }) => what);

  it.each<[string, Partial<Run>, Partial<Run>]>([
    ['commit', { revision: 'a' }, { revision: 'b' }],
    ['commit of cart', {}, { revisions: { cart: 'b' } }],
    ['apps', { apps: ['a', 'b'] }, { apps: ['a'] }],
    ['apps that are tested', { testApps: ['a'] }, {}],
    ['trust', { trust: 'trusted' }, { trust: 'untrusted' }],
    ['forceRebuild', {}, { overrides: { forceRebuild: true } }],
    [
      'branch',
      { pullRequest: { number: 1, repo: 'a/b', headRef: 'x' } },
      { pullRequest: { number: 1, repo: 'a/b', headRef: 'y' } },
    ],
    ['Pipeline', { made: { pipeline: 'a' } }, { made: { pipeline: 'b' } }],
    ['configuration', { made: { configuration: 'a' } }, { made: { configuration: 'b' } }],
    ['orchestrator', { made: { version: '1' } }, { made: { version: '2' } }],
    ['tool x', { made: { tools: ['x@sha256:a'] } }, { made: { tools: ['x@sha256:b'] } }],
    ['image of web', {}, { results: { images: [{ app: 'web', url: 'x', digest: 'sha256:a' }] } }],
  ])('differ in %s', (what, before, after) => {
    expect(whats(before, after)).toEqual([what]);
    expect(whats(after, before)).toEqual([what]);
    expect(whats(after, after)).toEqual([]);
  });

  it('are the same whatever the order of their apps', () =>
    expect(whats({ apps: ['a', 'b'] }, { apps: ['b', 'a'] })).toEqual([]));

  it('of which one does not say what it was made of are not told apart by that', () => {
    const { differences, unknown } = compareRuns(run({}), run({ made: { pipeline: 'a', tools: ['x@sha256:a'] } }));
    expect(differences).toEqual([]);
    expect(unknown).toEqual(['Pipeline', 'configuration', 'orchestrator', 'commit of dist/', 'tool']);
  });
});

it('prints of a log as much as there is to be had, and says so', async () => {
  const written: string[] = [];
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => written.push(`${stream} ${String(text)}`) > 0),
  );
  const printer = new LogPrinter();
  await printer.read(
    (async function* () {
      yield 'first\n';
      yield `${'x'.repeat(LOG_BYTES)}`;
    })(),
  );
  printer.end();
  spies.forEach((spy) => spy.mockRestore());
  expect(written.map((text) => text.slice(0, 20))).toEqual([
    'stdout first\n',
    'stdout xxxxxxxxxxxxx',
    'stderr the log is lo',
  ]);
});

/** What the API answers is what the commands read: the compiler says so. */
type Answered<Name extends keyof typeof RESPONSES> = z.output<(typeof RESPONSES)[Name]>;
type Read<Schema extends z.ZodType> = z.input<Schema>;
const holds = <T>(_: (answer: T) => void): void => undefined;
it('reads what the API answers', () => {
  holds<Answered<'Run'>>((run): Read<typeof runAnswer> => run);
  holds<Answered<'Runs'>[number]>((run): Read<typeof runAnswer> => run);
  holds<Answered<'RunTasks'>>((tasks): Read<typeof tasksAnswer> => tasks);
  holds<Answered<'Made'>>((made): Read<typeof madeAnswer> => made);
  holds<Answered<'Problem'>>((problem): Read<typeof problemAnswer> => problem);
});
