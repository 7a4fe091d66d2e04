/** Straight lines through what was measured. */

export type Point = readonly [x: number, y: number];

export interface Slope {
  readonly value: number;
  /** The bounds between which it is with 95 % confidence, as far as what the line leaves over is by chance. */
  readonly least: number;
  readonly most: number;
}

/** Two-sided quantiles of Student's distribution for 95 %, by degrees of freedom from one on. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
/** The expansion for more of them is right to a thousandth. */
const quantile = (freedom: number): number => STUDENT[freedom - 1] ?? 1.96 + 2.37 / freedom + 2.82 / freedom ** 2;

/**
 * The slope that all groups share, while each begins where it begins: least squares.
 * https://en.wikipedia.org/wiki/Simple_linear_regression#Normality_assumption
 * @param groups of points; one of fewer than two says nothing
 */
export function slopeOf(groups: readonly (readonly Point[])[]): Slope {
  const telling = groups.filter(({ length }) => length > 1);
  let [xx, xy, yy] = [0, 0, 0];
  for (const points of telling) {
    const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
    for (const [x, y] of points) {
      xx += (x - x0) ** 2;
      xy += (x - x0) * (y - y0);
      yy += (y - y0) ** 2;
    }
  }
  const freedom = telling.reduce((sum, { length }) => sum + length - 1, 0) - 1;
  const value = xy / xx;
  const error = freedom < 1 ? Infinity : Math.sqrt(Math.max(0, yy - value * xy) / freedom / xx) * quantile(freedom);
  return { value, least: value - error, most: value + error };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How a figure grows with a size: 1 is in proportion. */
export const exponentOf = (points: readonly Point[]): Slope =>
  slopeOf([points.map(([x, y]): Point => [Math.log(x), Math.log(y)])]);
