import { ApiObject, Chart } from 'cdk8s';
import type { App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Manifest } from './manifest';

/** The objects of each chart by its id, charts as they must be applied; a chart without objects is left out. */
export function manifestsOf(app: App): ReadonlyMap<string, readonly Manifest[]> {
  const all = app.node.findAll();
  const files = isPlain(app, all)
    ? inTheirOrder(all)
    : app.charts.map((chart): [string, Manifest[]] => [chart.node.id, chart.toJson() as Manifest[]]);
  return new Map(files.filter(([, manifests]) => manifests.length > 0));
}

/**
 * Whether objects stand as they were made, and nothing speaks against one: of what we make this is always so. cdk8s goes
 * through the whole app for each of its charts to find out.
 */
const isPlain = (app: App, all: readonly IConstruct[]): boolean =>
  all.every(
    (each) =>
      each.node.dependencies.length === 0 &&
      each.node.validate().length === 0 &&
      (!Chart.isChart(each) || each.node.scope === app),
  );

function inTheirOrder(all: readonly IConstruct[]): readonly (readonly [string, Manifest[]])[] {
  const files = new Map(all.filter(Chart.isChart).map((chart): [Chart, Manifest[]] => [chart, []]));
  for (const each of all) if (ApiObject.isApiObject(each)) files.get(Chart.of(each))?.push(each.toJson() as Manifest);
  return [...files].map(([chart, manifests]) => [chart.node.id, manifests]);
}
