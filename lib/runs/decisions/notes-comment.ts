import type { Notice } from './decision';

/** The comment that says notes, one a line, in which people's words mention nobody and link nowhere. */
export const notesComment = (number: number, marker: string, notes: readonly string[]): Notice => ({
  kind: 'comment',
  number,
  marker,
  text: notes.map((note) => `- \`${note.replaceAll('`', "'")}\``).join('\n'),
});
