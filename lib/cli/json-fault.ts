import type TypeScript from 'typescript';
import type { Position } from '../fleet/document';

/** Where a text stops being JSON: as the parser says, which does not always; else as the compiler reads it; else at its end. */
export function placeOfFault(text: string, error: SyntaxError): Position {
  const [, said] = /at position (\d+)/.exec(error.message) ?? [];
  const before = text.slice(0, said === undefined ? guessed(text) : Number(said)).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function guessed(text: string): number {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- half a second, which only a problem is worth
  const { parseJsonText } = require('typescript') as typeof TypeScript;
  const { parseDiagnostics } = parseJsonText('payload.json', text) as ReturnType<typeof parseJsonText> & {
    readonly parseDiagnostics?: readonly { readonly start?: number }[];
  };
  return parseDiagnostics?.[0]?.start ?? text.length;
}
