import { PIPELINE_WORDS, pipelineOfWord } from '../../lib/original/pipeline-words';
import { PIPELINES } from '../../lib/words/names';

it.each([
  ['pr', 'pr-test'],
  ['merge', 'merge-release'],
  ['bootstrap', 'bootstrap'],
  ['stack-pr-test', 'pr-test'],
  ['pr-continue', 'pr-test'],
  ['stack-dag-verify', 'verify'],
  ['toString', undefined],
  ['release', undefined],
])('%s means %s', (word, kind) => expect(pipelineOfWord(word)).toBe(kind));

it('knows our words first, and each word that it lists', () => {
  expect(PIPELINE_WORDS.slice(0, PIPELINES.length)).toEqual(PIPELINES);
  expect(PIPELINE_WORDS.filter((word) => pipelineOfWord(word) === undefined)).toEqual([]);
});
