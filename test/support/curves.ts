import { init } from 'echarts';
import type { Record } from '../bench/records';
import type { Series } from '../bench/report';

/** The curves of docs/performance.md, as docs/performance.json has them. */

/** @returns its file below docs/pictures */
export const fileOf = (benchmark: string, { name }: Series): string =>
  `${benchmark}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.svg`;

/** By file, below docs/pictures. */
export const curves = (records: readonly Record[]): ReadonlyMap<string, string> =>
  new Map(
    records.flatMap(({ name, series = [] }) => series.map((curve) => [fileOf(name, curve), svgOf(curve)] as const)),
  );

const titled = ({ name, unit }: Series['x']): string => (unit === '' ? name : `${name}, ${unit}`);

/** https://echarts.apache.org/handbook/en/how-to/cross-platform/server */
function svgOf({ name, x, y, points }: Series): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 320 });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    title: { text: name, left: 'center', textStyle: { fontSize: 14 } },
    xAxis: { type: 'value', name: titled(x), nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'value', name: titled(y) },
    series: [{ type: 'line', data: points.map(([at, value]) => [at, value]) }],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${renumbered(svg)}\n`;
}

/** echarts numbers the styles and the shapes of all charts of a process, so a picture would change with the ones drawn before it. */
function renumbered(svg: string): string {
  const numbers = new Map<string, number>();
  return svg.replaceAll(/zr\d+-c(ls-)?\d+/g, (name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return `part-${number}`;
  });
}
