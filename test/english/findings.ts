import type { Passage } from './passage';
import { MOST_WORDS, RIDDLES, RULES } from './rules';

/** A sentence that a reader may have to read twice. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly sentence: string;
  readonly remedy: string;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

export const sentencesOf = (text: string): readonly string[] =>
  [...segmenter.segment(text)].map(({ segment }) => segment.trim()).filter((sentence) => sentence !== '');

/** Signs between spaces, such as a dash, are no words. */
const countWords = (sentence: string): number =>
  sentence.split(/[ \n]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

export const findingsOf = ({ file, line, text, codes }: Passage): readonly Finding[] =>
  sentencesOf(text).flatMap((sentence) =>
    remedies(sentence).map((remedy) => ({ file, line, sentence: codes.show(sentence), remedy })),
  );

function remedies(sentence: string): readonly string[] {
  const words = countWords(sentence);
  return [
    ...(words > MOST_WORDS ? [`${words} words: make sentences of at most ${MOST_WORDS}`] : []),
    ...RULES.filter(({ found }) => found.test(sentence)).map(({ remedy }) => remedy),
    ...(RIDDLES.some((riddle) => sentence.includes(riddle)) ? ['a first-time reader did not understand this'] : []),
  ];
}
