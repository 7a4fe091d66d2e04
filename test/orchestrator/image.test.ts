import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** orchestrator/Dockerfile by its text: no test has a program that builds images. */

const ROOT = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const instructions = read('orchestrator/Dockerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
const all = (name: string): string[] => instructions.flatMap(([each, words]) => (each === name ? [words] : []));
/** Of the stage that becomes the image. */
const last = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));

it('names every base by an exact version, and lets all be taken from elsewhere', () => {
  const bases = all('ARG').filter((words) => words.includes('='));
  expect(bases.map((words) => words.split('=')[1])).toEqual(
    bases.map(() => expect.stringMatching(/^docker\.io\/library\/node:\d+\.\d+\.\d+-[a-z]+\d/) as string),
  );
  expect(all('FROM').map((words) => words.split(' ')[0])).toEqual(bases.map((words) => `\${${words.split('=')[0]}}`));
});

it('runs one file with Node, as the user that the Deployment names', () => {
  expect(last.filter(([name]) => ['COPY', 'USER', 'ENTRYPOINT', 'RUN'].includes(name))).toEqual([
    ['COPY', '--from=bundle /source/orchestrator/build/orchestrator.js /orchestrator.js'],
    ['COPY', '--from=bundle /source/orchestrator/build/tools.js /tools.js'],
    ['COPY', '--from=bundle /source/orchestrator/build/page /page'],
    ['USER', '65532:65532'],
    ['ENTRYPOINT', expect.stringMatching(/^\["node", ("--[a-z=0-9-]+", )*"\/orchestrator\.js"\]$/)],
  ]);
  expect(read('dist/teams/local/60-orchestrator.yaml')).toMatch(/runAsUser: 65532$/m);
  expect(read('orchestrator/bundle.js')).toContain('/build/orchestrator.js`');
});

it('is sent what it copies, and nothing else', () => {
  const sources = all('COPY')
    .filter((words) => !words.startsWith('--from'))
    .flatMap((words) => words.split(' ').slice(0, -1));
  expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
  const sent = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(sent).toEqual(['*', ...sources.map((source) => `!${source}`)]);
  expect(sources.filter((source) => statSync(join(ROOT, source)).isDirectory())).toEqual([
    'lib',
    'orchestrator/src',
    'orchestrator/web',
  ]);
});
