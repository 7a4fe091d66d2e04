import { exponentOf, slopeOf } from './support/least-squares';
import type { Point } from './support/least-squares';

/** The figures of Anscombe's first set: https://en.wikipedia.org/wiki/Anscombe%27s_quartet */
const ANSCOMBE: readonly Point[] = [
  [10, 8.04],
  [8, 6.95],
  [13, 7.58],
  [9, 8.81],
  [11, 8.33],
  [14, 9.96],
  [6, 7.24],
  [4, 4.26],
  [12, 10.84],
  [7, 4.82],
  [5, 5.68],
];

it('finds the slope and its bounds', () => {
  const { value, least, most } = slopeOf([ANSCOMBE]);
  expect(value).toBeCloseTo(0.5001, 4);
  // standard error 0.1179, quantile 2.262 for nine degrees of freedom
  expect(least).toBeCloseTo(0.5001 - 2.262 * 0.1179, 3);
  expect(most).toBeCloseTo(0.5001 + 2.262 * 0.1179, 3);
});

it('does not take another beginning for growth', () => {
  const life = (from: number, memory: number): Point[] =>
    Array.from({ length: 5 }, (_, at) => [from + at, memory + 2 * at]);
  expect(slopeOf([life(0, 100), life(5, 50), life(10, 10)]).value).toBeCloseTo(2, 10);
});

it('knows nothing from two points', () => {
  expect(slopeOf([[ANSCOMBE[0]!, ANSCOMBE[1]!]])).toMatchObject({ least: -Infinity, most: Infinity });
  expect(slopeOf([]).value).toBeNaN();
});

it('finds the exponent of what grows with a size', () => {
  const { value, least, most } = exponentOf([25, 50, 100, 200].map((size): Point => [size, 3 * size ** 1.5]));
  expect(value).toBeCloseTo(1.5, 6);
  expect(most - least).toBeLessThan(0.001);
});
