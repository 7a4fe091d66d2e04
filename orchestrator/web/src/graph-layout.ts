import { Graph, layout } from '@dagrejs/dagre';

/** Places the nodes of a graph in layers, left to right: pure. https://github.com/dagrejs/dagre/wiki */

export interface Node {
  readonly name: string;
  /** Names of the nodes before it. Those that are not in the graph are left out. */
  readonly after: readonly string[];
}

export interface Placed {
  /** The middle of each node, by its name. */
  readonly at: ReadonlyMap<string, Point>;
  /** Each edge as the points that it leads through. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly points: readonly Point[] }[];
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const NODE = { width: 190, height: 34 } as const;
/** Above that the tightest layers take seconds to find. */
const LARGE = 200;

export function place(nodes: readonly Node[]): Placed {
  const graph = new Graph();
  const ranker = nodes.length > LARGE ? 'longest-path' : 'network-simplex';
  graph.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 46, marginx: 8, marginy: 8, ranker });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of nodes) graph.setNode(name, { ...NODE });
  const names = new Set(nodes.map(({ name }) => name));
  for (const { name, after } of nodes)
    for (const before of after) if (names.has(before) && before !== name) graph.setEdge(before, name);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    at: new Map(nodes.map(({ name }) => [name, graph.node(name) as unknown as Point])),
    edges: graph.edges().map((edge) => ({
      from: edge.v,
      to: edge.w,
      points: (graph.edge(edge) as unknown as { readonly points: readonly Point[] }).points,
    })),
    width,
    height,
  };
}
