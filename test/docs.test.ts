import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { TIMEOUTS } from '../lib/output/pipelines/context';
import { REPORTS_CLAIM, RUN_MINUTES } from '../lib/words/names';
import { resolveImages } from '../lib/output/tasks/shared/images';
import { inProcess } from './support/cli';
import { example } from './support/docs';
import { team } from './output/team/model';

/** What the pages say of files, scripts and images is so. */

const ROOT = join(__dirname, '..');
const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesIn('docs').filter((file) => file.endsWith('.md')),
];
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** As GitHub names the place of a heading. */
const anchors = (page: string): string[] =>
  [
    ...read(page)
      .replace(/^```[^]*?^```/gm, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );

describe.each(pages)('%s', (page) => {
  it('leads to pages and headings that there are', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, file = '', anchor]) => ({
      file: file === '' ? page : join(dirname(page), file),
      anchor,
    }));
    const broken = links.filter(
      ({ file, anchor }) => !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchors(file).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it('names only npm scripts that there are', () => {
    const scripts = Object.assign(
      {},
      ...['package.json', 'orchestrator/package.json'].map(
        (file) => (JSON.parse(read(file)) as { scripts: object }).scripts,
      ),
    ) as object;
    const named = [...read(page).matchAll(/npm run ([a-z][a-z0-9:-]*)/g)].map((match) => match[1] as string);
    // `build` is what apps have
    expect(named.filter((name) => !(name in scripts) && name !== 'build')).toEqual([]);
  });
});

it('names only files that there are to whoever changes the program', () => {
  const names = new Set(['lib', 'orchestrator', 'test', 'docs'].flatMap(filesIn).map((file) => basename(file)));
  const records = pages.filter((page) => page.startsWith('docs/decisions/'));
  const missing = ['CONTRIBUTING.md', ...records].flatMap((page) =>
    [...read(page).matchAll(/`([\w.-]+\.(?:ts|sh|md|json)|(?:lib|orchestrator|test|docs|\.ci)\/[\w./-]*)`/g)]
      .map(([, named = '']) => named)
      // a file may move within its room, so its name is enough
      .filter((named) => !existsSync(join(ROOT, named)) && !names.has(named))
      .map((named) => `${page}: ${named}`),
  );
  expect(missing).toEqual([]);
});

describe('docs/decisions', () => {
  const records = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => name !== 'README.md');

  it('lists every record', () => {
    const listed = [...read('docs/decisions/README.md').matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(
      ([, name]) => name,
    );
    expect(listed.sort()).toEqual(records.sort());
  });

  it.each(records)('%s has the four parts, and is short', (name) => {
    const text = read(`docs/decisions/${name}`);
    const parts = [...text.matchAll(/^(?:\*\*|## )(Context|Decision|(?:What was )?measured|Consequences)\b/gim)];
    expect(parts.map(([, part = '']) => part.split(' ').at(-1)?.toLowerCase())).toEqual([
      'context',
      'decision',
      'measured',
      'consequences',
    ]);
    expect(text.split('\n').length).toBeLessThanOrEqual(25);
  });
});

it('gives the release of Tekton that kind:up installs', () => {
  const [named] = /https:\S+\/tekton-releases\/pipeline\/\S+/.exec(read('docs/local.md')) ?? [];
  expect((load(read('cdk8s.yaml')) as { imports: string[] }).imports).toContain(named);
});

// what is compared with differs from clone to clone; that dist/ is what synth makes is a test of its own
const LOCAL = [...read('docs/local.md').matchAll(/`(npx tekton-dag (?!diff|synth)[^`]+)`/g)].map(
  (match) => match[1] as string,
);
it.each([...new Set(LOCAL)])('%s', async (command) => {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? (word as string));
  expect(await inProcess(words.slice(2), ROOT)).toMatchObject({ status: 0 });
});

it('says how long tasks may take', () => {
  const [, section = ''] = read('docs/stack.md').split('## Time limits and retries');
  const said = [...section.matchAll(/^\| (\d+) \| /gm)].map(([, minutes]) => `${minutes}m0s`);
  const { build, test, push, deploy, rollout, preview } = TIMEOUTS;
  expect(said).toEqual([build, test, push, deploy, rollout, preview, `${RUN_MINUTES.usual}m0s`]);
});

it('reads reports with an image of the table, from the claim that there is', () => {
  expect(loadAll(example('reports.md', 'reports-reader.yaml'))).toEqual([
    expect.objectContaining({
      kind: 'Pod',
      spec: expect.objectContaining({
        containers: [expect.objectContaining({ image: resolveImages(team())('kubectl') })],
        volumes: [expect.objectContaining({ persistentVolumeClaim: { claimName: REPORTS_CLAIM } })],
      }) as object,
    }),
  ]);
});
