import { passagesOfCode } from './code';
import { findingsOf } from './findings';
import { passagesOfPage } from './markdown';

/** The readability check finds what it must, and only that. */

const inPage = (text: string): readonly string[] =>
  passagesOfPage('page.md', text)
    .flatMap(findingsOf)
    .map(({ remedy }) => remedy);
const inCode = (text: string, isPublic = true) => passagesOfCode('file.ts', text, isPublic).flatMap(findingsOf);

const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

it.each<[string, string, RegExp]>([
  ['a long sentence', `${words(31)}.`, /^31 words/],
  ['a question word as subject', 'What a repository brings to the build runs in some of them.', /subject/],
  ['"Of" as the first word', 'Of releases no log is shown.', /"Of"/],
  ['a chain of semicolons', 'One reads; two write; three wait.', /semicolons/],
  ['"what is" as a noun', 'It says that what is applied is checked.', /name the thing/],
  ['"a team" for "per team"', 'It makes three branches, one a team.', /per team/],
  ['an old word', 'The image is built anew.', /usual word/],
  ['"mend"', 'A later version mends it.', /fix/],
  ['a clause without a verb', 'One is told at once, the rest after a minute.', /verb/],
  ['a riddle', 'A right, for which it needs to list, no more.', /first-time reader/],
])('finds %s', (_, text, remedy) => {
  expect(inPage(text)).toContainEqual(expect.stringMatching(remedy));
});

it.each<[string, string]>([
  ['thirty words', `${words(30)}.`],
  ['code and links as one word each', `${words(28)} [a link of five words](a.md) \`a b c d\`.`],
  ['questions', 'What does a run need before it may start on a cluster?'],
  ['code blocks', '```sh\n# What a repository brings to the build runs in some of them.\n```'],
  ['headings', '# What a repository brings to the build runs in some of them'],
  ['code in a sentence', 'It prints `what is anew; and; so` and ends.'],
])('passes over %s', (_, text) => {
  expect(inPage(text)).toEqual([]);
});

it('names the line, and shows the sentence as it is written', () => {
  const page = '# Title\n\nFirst.\n\n| a | b |\n| - | - |\n| c | The file `a.yaml` is built anew. |\n';
  expect(passagesOfPage('page.md', page).flatMap(findingsOf)).toEqual([
    expect.objectContaining({ file: 'page.md', line: 7, sentence: 'The file `a.yaml` is built anew.' }),
  ]);
});

it('reads texts of code, with values in them, and comments of what is exported', () => {
  expect(inCode("throw new Error(`team ${name} is made` + ' anew by synth');")).toEqual([
    expect.objectContaining({ line: 1, sentence: 'team ${…} is made anew by synth' }),
  ]);
  const exported = '/** It is read anew by each command. */\nexport const a = 1;';
  expect(inCode(exported)).toHaveLength(1);
  expect(inCode(exported, false)).toEqual([]);
  expect(inCode(exported.replace('export ', ''))).toEqual([]);
});

it('takes no script for English', () => {
  expect(inCode("const script = 'if [ -x ./gradlew ]; then run it; else fail; fi';")).toEqual([]);
});
