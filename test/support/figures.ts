import type { Record } from '../bench/records';
import { isMet, written } from '../bench/report';
import { BENCHMARKS } from '../bench/benchmarks';
import type { Benchmark } from '../bench/benchmarks';
import { fileOf } from './curves';

/** The figures of docs/performance.md, as docs/performance.json has them. */

const [BEGIN, END] = ['<!-- figures: npm run bench writes them -->', '<!-- end of figures -->'];

/** The page with its figures written anew. */
export function withFigures(page: string, records: readonly Record[]): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} with ${END} after it`);
  return [page.slice(0, from) + BEGIN, ...records.map(section), page.slice(to)].join('\n\n');
}

function section({ name, figures, series = [], date, machine }: Record): string {
  const rows = figures.map((figure) => {
    const { bar, against } = figure;
    const limit = bar ? `${bar.is} ${bar.limit}${isMet(figure) ? '' : ', missed'}` : '';
    return `| ${figure.name} | ${written(figure)}${against ? ` of ${against}` : ''} | ${limit} |`;
  });
  return [
    `### ${name}\n\n\`npm run bench -- ${name}\`: ${BENCHMARKS[name as Benchmark]}. Measured on ${date}: ${machine}.`,
    ['| Figure | Measured | Goal |', '| --- | --- | --- |', ...rows].join('\n'),
    ...series.map((curve) => `![${curve.name}](pictures/${fileOf(name, curve)})`),
  ].join('\n\n');
}
