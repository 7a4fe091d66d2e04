import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMetrics } from '../../orchestrator/src/metrics';

const PREFIX = 'tekton_dag_';
const page = readFileSync(join(__dirname, '../../docs/orchestrator.md'), 'utf8').split('## Metrics')[1] ?? '';
/** Of each line of the table, the words in code of its first two columns. */
const rows = [...page.matchAll(/^\| (`[^|]+) \| ([^|]*)\|/gm)].map(([, ...columns]) =>
  columns.map((column) => [...column.matchAll(/`([a-z_]+)`/g)].map((match) => match[1] as string)),
);

const labelsOf = (metric: unknown): readonly string[] =>
  (metric as { readonly labelNames: readonly string[] }).labelNames;

it('are in the page, each once, with their labels, and no others', () => {
  const { registry, ...metrics } = createMetrics();
  const names = registry.getMetricsAsArray().map(({ name }) => name.slice(PREFIX.length));
  expect(names).toHaveLength(Object.keys(metrics).length);
  expect(rows.flatMap(([named]) => named).sort()).toEqual([...names].sort());
  for (const [named, labels] of rows) {
    const declared = named!.flatMap((name) => labelsOf(registry.getSingleMetric(PREFIX + name)));
    expect({ named, labels }).toEqual({ named, labels: [...new Set(declared)] });
  }
});
