import { createMetrics } from '../../../orchestrator/src/metrics';
import { cell, code, page, sentence, table } from './markdown';

interface Declared {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly constructor: { readonly name: string };
}

/** Every metric of the orchestrator. */
export function metricsPage(): string {
  const metrics = createMetrics().registry.getMetricsAsArray() as unknown as readonly Declared[];
  return page(
    'Metrics',
    'Every metric that the orchestrator has at `/metrics`, beside those of Node. The [platform page](../platform.md#what-is-watched) says how to collect them, and has the alerts.',
    table(
      ['Metric', 'Kind', 'Labels', 'Meaning'],
      metrics.map(({ name, help, labelNames, constructor }) => [
        code(name),
        constructor.name.toLowerCase(),
        labelNames.map(code).join(', '),
        sentence(cell(help)),
      ]),
    ),
  );
}
