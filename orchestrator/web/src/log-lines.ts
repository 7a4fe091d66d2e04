import Anser from 'anser';

/** The lines of a log, taken apart as they come: pure. Whatever a program wrote, it is text here. */

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly plain: string;
  readonly parts: readonly Part[];
}

interface Part {
  readonly content: string;
  /** Class of the colour, or empty. */
  readonly colour: string;
  readonly isBold: boolean;
}

/** One line with more makes a browser slow. */
const MOST = { characters: 10_000, parts: 200 } as const;

/** Takes pieces of a log, and gives its lines. The last one may not be whole. */
export class LogLines {
  private readonly whole: Line[] = [];
  private rest = '';

  add(piece: string): void {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.whole.push(lineOf(line, this.whole.length + 1));
  }

  get lines(): readonly Line[] {
    return this.rest === '' ? [...this.whole] : [...this.whole, lineOf(this.rest, this.whole.length + 1)];
  }
}

/** Of a line that is written over and over, such as a progress bar, the last state. */
function lineOf(text: string, number: number): Line {
  const state = text.split('\r').findLast((one) => one !== '') ?? '';
  const shown = state.length > MOST.characters ? `${state.slice(0, MOST.characters)}…` : state;
  const parts = Anser.ansiToJson(shown, { json: true, remove_empty: true, use_classes: true })
    .slice(0, MOST.parts)
    .map(({ content, fg, decorations }) => ({
      content: content.replace(UNSEEN, ''),
      colour: fg === null ? '' : `${fg}`,
      isBold: decorations.includes('bold'),
    }));
  return { number, plain: parts.map(({ content }) => content).join(''), parts };
}

/** What a terminal does not show. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
