import type { App } from 'cdk8s';
import type { Manifest } from './manifest';

/** The objects of each chart by its id, charts as they must be applied; a chart without objects is left out. */
export const manifestsOf = (app: App): ReadonlyMap<string, readonly Manifest[]> =>
  new Map(
    app.charts
      .map((chart): [string, Manifest[]] => [chart.node.id, chart.toJson() as Manifest[]])
      .filter(([, manifests]) => manifests.length > 0),
  );
