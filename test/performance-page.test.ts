import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCHMARKS } from './bench/benchmarks';
import { records } from './bench/records';
import type { Record } from './bench/records';
import { isMet, written } from './bench/report';
import { curves } from './support/curves';
import { withFigures } from './support/figures';

/** docs/performance.md shows what docs/performance.json holds; `npm run draw` makes it again. */

const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8');

it('has the figures that were kept', () => expect(withFigures(page, records())).toBe(page));

it('has the curves that were kept', () => {
  for (const [file, svg] of curves(records()))
    expect([file, readFileSync(join(ROOT, 'docs/pictures', file), 'utf8')]).toEqual([file, svg]);
});

it('keeps figures of benchmarks that there are', () => {
  expect(Object.keys(BENCHMARKS)).toEqual(expect.arrayContaining(records().map(({ name }) => name)));
});

const kept: Record = {
  name: 'synth',
  date: '2026-01-02',
  machine: '2 cores, Node 20.19.0',
  figures: [
    { name: 'fast', value: 1.2345, unit: 's', bar: { is: 'at most', limit: 1 } },
    { name: 'share', value: 0.9, unit: '', against: 'a bare client', bar: { is: 'at least', limit: 0.8 } },
  ],
  series: [
    {
      name: 'Time to synthesize',
      x: { name: 'teams', unit: '' },
      y: { name: 'time', unit: 's' },
      points: [
        [50, 1],
        [100, 2],
      ],
    },
  ],
};

it('shows a figure with its goal, and whether it was missed', () => {
  const shown = withFigures(page, [kept]);
  expect(shown).toContain('| fast | 1.23 s | at most 1, missed |');
  expect(shown).toContain('| share | 0.9 of a bare client | at least 0.8 |');
  expect(shown).toContain('![Time to synthesize](pictures/synth-time-to-synthesize.svg)');
});

it('draws a curve in the same way, whatever was drawn before', () => {
  const [[file, svg] = ['', '']] = [...curves([kept])];
  expect(file).toBe('synth-time-to-synthesize.svg');
  expect([...curves([kept])][0]).toEqual([file, svg]);
  expect(svg).toContain('>Time to synthesize<');
});

it('holds a figure to its bar', () => {
  const figure = { name: 'a', value: 2, unit: '' };
  expect(isMet(figure)).toBe(true);
  expect(isMet({ ...figure, bar: { is: 'at most', limit: 2 } })).toBe(true);
  expect(isMet({ ...figure, bar: { is: 'at most', limit: 1.9 } })).toBe(false);
  expect(isMet({ ...figure, bar: { is: 'at least', limit: 2.1 } })).toBe(false);
});

it.each([
  [1.2345, 's', '1.23 s'],
  [1234.5, '', '1235'],
  [0.00123, 'ms', '0.00123 ms'],
  [0, 'MB', '0 MB'],
])('writes %d %s as %s', (value, unit, text) => expect(written({ value, unit })).toBe(text));

it('names the benchmarks where one is asked for that is not there', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', 'tsx/cjs', join(__dirname, 'bench/main.ts'), 'synht'],
    { encoding: 'utf8', cwd: ROOT },
  );
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('no benchmark is called synht') });
  expect(stderr).toContain('  synth    synth of 50 and 100 teams');
});
