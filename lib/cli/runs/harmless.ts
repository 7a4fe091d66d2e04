import { stripVTControlCharacters } from 'node:util';
import { shownPlainly } from '../../words/hidden';

/** Texts that strangers wrote (branches, messages, logs), so that a terminal shows them and does nothing else. */

/** On one line. */
export const oneLine = (text: string): string => shownPlainly(text.replace(/[\t\n]+/g, ' ')).trim();

/** A line of a log, without colours; of one that is written over and over, such as a progress bar, the last state. */
export const logLine = (text: string): string =>
  shownPlainly(stripVTControlCharacters(text.split('\r').findLast((state) => state !== '') ?? ''));

/** As JSON, which reads the same with escapes in place of characters that a terminal obeys. */
export const asJson = (value: unknown, indent?: number): string => shownPlainly(JSON.stringify(value, null, indent));
