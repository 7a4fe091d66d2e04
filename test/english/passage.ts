/** Words that a person reads as one piece: a paragraph, a cell of a table, a message, a comment. */
export interface Passage {
  /** From the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly codes: Codes;
}

/** Between words that count as one, such as those of a link. */
const JOINED = '\u00a0';
export const asOneWord = (text: string): string => text.replaceAll(' ', JOINED);

/** Code in a passage is no English: rules see a capital letter and a sign that no text has, and a finding shows the code. */
const FIRST_SIGN = 0xe000;

export class Codes {
  private readonly texts: string[] = [];

  hide(code: string): string {
    return `C${String.fromCodePoint(FIRST_SIGN + this.texts.push(code) - 1)}`;
  }

  show(text: string): string {
    return text
      .replace(/C([\ue000-\uf8ff])/gu, (_, sign: string) => this.texts[(sign.codePointAt(0) ?? 0) - FIRST_SIGN] ?? '')
      .replaceAll(JOINED, ' ');
  }
}
