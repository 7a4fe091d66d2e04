import fc from 'fast-check';
import { validateFile, loadVersions } from '../../lib/fleet/formats';
import { editVersions } from '../../lib/fleet/edit-versions';

/** Whatever `validate` takes can be edited, and every other line stays as it was. */

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const RELEASED = { version: '1.4.1-rc.0', 'last-released': '1.4.0', digest: digest('f') };
const file = 'versions.yaml';
const read = (text: string) => loadVersions({ file, text }).value?.apps;
const edit = (text: string, app = 'api') => editVersions({ file, text }, { [app]: RELEASED });

it.each<[string, string, string]>([
  [
    'flow style',
    `# known to work\napps:\n  api: { version: "1.4.0-rc.2", last-released: "1.3.0" } # ours\n  web: { version: '2.0.0' }\n`,
    `# known to work\napps:\n  api: { version: "1.4.1-rc.0", digest: "${digest('f')}", last-released: "1.4.0" } # ours\n  web: { version: '2.0.0' }\n`,
  ],
  [
    'lines of their own, with Windows line ends and single quotes',
    `apps:\r\n    'api':\r\n        version: '1.4.0-rc.2' # next\r\n        # done\r\n        last-released: 1.3.0\r\n    web:\r\n        version: 2.0.0`,
    `apps:\r\n    'api':\r\n        version: '1.4.1-rc.0' # next\r\n        digest: "${digest('f')}"\r\n        # done\r\n        last-released: 1.4.0\r\n    web:\r\n        version: 2.0.0`,
  ],
  [
    'JSON',
    `{\n  "apps": {\n    "api": {\n      "version": "1.4.0-rc.2"\n    }\n  }\n}\n`,
    `{\n  "apps": {\n    "api": {\n      "version": "1.4.1-rc.0",\n      "last-released": "1.4.0",\n      "digest": "${digest('f')}"\n    }\n  }\n}\n`,
  ],
  [
    'an anchor that others go by',
    `apps:\n  api: &first\n    version: &v "1.4.0-rc.2"\n  web: *first\n  till: { version: *v }\n`,
    `apps:\n  api: &first\n    version: &v "1.4.1-rc.0"\n    last-released: "1.4.0"\n    digest: "${digest('f')}"\n  web: { version: "1.4.0-rc.2" }\n  till: { version: "1.4.0-rc.2" }\n`,
  ],
  [
    'an alias, and a merge',
    `apps:\n  web: &first\n    version: "1.4.0-rc.2"\n  api:\n    <<: *first\n`,
    `apps:\n  web: &first\n    version: "1.4.0-rc.2"\n  api:\n    <<: *first\n    version: "1.4.1-rc.0"\n    last-released: "1.4.0"\n    digest: "${digest('f')}"\n`,
  ],
  [
    'keys without a value, and a last line without an end',
    `apps:\n  api:\n    digest:\n    last-released: # none yet\n    version: "1.4.0-rc.2"`,
    `apps:\n  api:\n    digest: "${digest('f')}"\n    last-released: "1.4.0" # none yet\n    version: "1.4.1-rc.0"`,
  ],
  [
    'a text in lines',
    `apps:\n  api:\n    version: >- # 1.4.0-rc.2\n      1.4.0-rc.2\n    digest: ~\n  web: { version: 1.0.0 }\n`,
    `apps:\n  api:\n    version: >- # 1.4.0-rc.2\n      1.4.1-rc.0\n    last-released: "1.4.0"\n    digest: "${digest('f')}"\n  web: { version: 1.0.0 }\n`,
  ],
  [
    'an app that is new',
    `apps:\n  web:\n    version: 1.0.0\n# end\n`,
    `apps:\n  web:\n    version: 1.0.0\n  api: { version: "1.4.1-rc.0", last-released: "1.4.0", digest: "${digest('f')}" }\n# end\n`,
  ],
  [
    'no app yet',
    `apps: {}\n`,
    `apps: { api: { version: "1.4.1-rc.0", last-released: "1.4.0", digest: "${digest('f')}" } }\n`,
  ],
])('edits %s', (_, before, after) => expect(edit(before)).toBe(after));

it('leaves a file alone that says it already', () => {
  const text = `apps: {api: {"version": 1.4.1-rc.0,last-released: 1.4.0  ,digest: "${digest('f')}"}}`;
  expect(edit(text)).toBe(text);
});

it('edits no file that is wrong', () => expect(() => edit('apps: { api: { version: v1 } }')).toThrow('is not valid'));

/** A file of apps a, b and c, each written in another way, and the app that changes. */
const FILES = fc
  .record({
    apps: fc.array(
      fc.record({
        style: fc.constantFrom('block', 'flow', 'tall', 'json', 'alias', 'merge', 'explicit'),
        quote: fc.constantFrom('"', "'", ''),
        version: fc.constantFrom('0.1.0', '1.4.0-rc.2', '10.20.30-rc.0'),
        released: fc.option(fc.constantFrom('0.0.9', '1.3.0', '')),
        digest: fc.option(fc.constantFrom(digest('0'), digest('a'), '')),
        comment: fc.constantFrom('', ' # a comment: "{', ' #'),
        last: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    eol: fc.constantFrom('\n', '\r\n', '\r'),
    indent: fc.constantFrom(1, 2, 4),
    end: fc.boolean(),
    at: fc.nat(3),
  })
  .map(({ apps, eol, indent, end, at }) => {
    const tab = ' '.repeat(indent);
    const lines = apps.flatMap(({ style, quote, version, released, digest: of, comment, last }, i) => {
      const anchor = i === 0 ? '&a ' : '';
      const q = style === 'json' ? '"' : quote;
      const value = (text: string) => (text === '' ? '' : q + text + q);
      const pairs = [
        ['version', value(version)],
        ...(released === null ? [] : [['last-released', value(released)]]),
        ...(of === null ? [] : [['digest', value(of)]]),
      ].map(([key, text]) => `${style === 'json' ? `"${key}"` : key}: ${text}`);
      if (last) pairs.reverse();
      const name = `app-${i}`;
      switch (i === 0 && (style === 'alias' || style === 'merge') ? 'block' : style) {
        case 'flow':
        case 'json':
          return [`${tab}${name}: ${anchor}{ ${pairs.join(', ')} }${comment}`];
        case 'tall':
          return [`${tab}${name}: ${anchor}{${comment}`, ...pairs.map((pair) => `${tab}${tab}${pair},`), `${tab}}`];
        case 'alias':
          return [`${tab}${name}: *a${comment}`];
        case 'merge':
          return [`${tab}${name}:`, `${tab}${tab}<<: *a${comment}`];
        case 'explicit':
          return [`${tab}? ${name}`, `${tab}: ${anchor}{ ${pairs.join(', ')} }${comment}`];
        default:
          return [
            `${tab}${name}: ${anchor}${comment}`,
            ...pairs.map((pair) => `${tab}${tab}${pair}${comment}`),
            '',
            '  # between',
          ];
      }
    });
    return { text: ['apps:', ...lines].join(eol) + (end ? eol : ''), app: `app-${at % apps.length}` };
  });

it('reads as it should afterwards, and no line changes that need not', () =>
  fc.assert(
    fc.property(FILES, ({ text, app }) => {
      fc.pre(validateFile({ file, text }).problems.length === 0);
      const before = read(text);
      const after = edit(text, app);
      expect(read(after)).toEqual({ ...before, [app]: RELEASED });
      const lines = (all: string) => all.split(/\r\n|\r|\n/);
      const kept = new Set(lines(after));
      // of the app, and aliases of it
      const touched = lines(text).filter((line) => !kept.has(line) && !line.includes('*a'));
      const own = lines(text).findIndex((line) => line.includes(app));
      const next = lines(text).findIndex((line, i) => i > own && line.includes('app-'));
      const entry = lines(text).slice(own, next < 0 ? undefined : next);
      expect(touched.filter((line) => !entry.includes(line))).toEqual([]);
      expect(touched.length).toBeLessThanOrEqual(3);
    }),
    { numRuns: 300 },
  ));
