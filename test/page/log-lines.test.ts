import { LogLines } from '../../orchestrator/web/src/log-lines';

/** What is shown of what a program writes. */

const linesOf = (...pieces: readonly string[]) => {
  const log = new LogLines();
  for (const piece of pieces) log.add(piece);
  return log.lines;
};
const plain = (...pieces: readonly string[]) => linesOf(...pieces).map((line) => line.plain);

it('puts together what comes in pieces, and shows a line that is not whole', () => {
  expect(plain('a', 'b\nc', '', 'd')).toEqual(['ab', 'cd']);
  expect(plain('a\n')).toEqual(['a']);
  expect(linesOf('a\n\nb').map(({ number }) => number)).toEqual([1, 2, 3]);
});

it('shows the last state of a line that is written over and over', () =>
  expect(plain('10 %\r50 %\r100 %\r\nend')).toEqual(['100 %', 'end']));

it('shows colours, and nothing else that a terminal does not show', () => {
  const [line] = linesOf('\u001b[1;31mred\u001b[0m\u0007 and \u0000plain');
  expect(line?.plain).toBe('red and plain');
  expect(line?.parts[0]).toEqual({ content: 'red', colour: 'ansi-red', isBold: true });
});

it('cuts a line that would make a browser slow', () => {
  expect(plain('x'.repeat(1_000_000))[0]).toHaveLength(10_001);
  expect(linesOf('\u001b[31mx\u001b[32my'.repeat(900))[0]?.parts.length).toBeLessThanOrEqual(200);
});
