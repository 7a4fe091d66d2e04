import type { App } from 'cdk8s';
import type { Manifest } from './manifest';

/** A file a chart, named after it; a chart without objects has none. Names of files sort as the objects must be applied. */
export const manifestsOf = (app: App, folder: string): ReadonlyMap<string, readonly Manifest[]> =>
  new Map(
    app.charts
      .map((chart): [string, Manifest[]] => [`${folder}/${chart.node.id}.yaml`, chart.toJson() as Manifest[]])
      .filter(([, manifests]) => manifests.length > 0),
  );
