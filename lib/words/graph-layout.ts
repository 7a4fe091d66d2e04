import { Graph, layout } from '@dagrejs/dagre';

/** Places the nodes of a graph in layers: pure. https://github.com/dagrejs/dagre/wiki */

export interface Node {
  readonly name: string;
  /** Names of the nodes before it. Those that are not in the graph are left out. */
  readonly after: readonly string[];
}

export interface Placed extends Size {
  /** The middle of each node, by its name. */
  readonly at: ReadonlyMap<string, Point>;
  /** Each edge as the points that it leads through. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly points: readonly Point[] }[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}
/** Left to right, or top to bottom. */
export type Direction = 'LR' | 'TB';

/** Above that the tightest layers take seconds to find. */
const LARGE = 200;

/** @param size of each node */
export function place(nodes: readonly Node[], size: Size, direction: Direction = 'LR'): Placed {
  const graph = new Graph();
  const ranker = nodes.length > LARGE ? 'longest-path' : 'network-simplex';
  graph.setGraph({
    rankdir: direction,
    nodesep: 10,
    ranksep: direction === 'LR' ? 46 : 30,
    marginx: 8,
    marginy: 8,
    ranker,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of nodes) graph.setNode(name, { ...size });
  const names = new Set(nodes.map(({ name }) => name));
  for (const { name, after } of nodes)
    for (const before of after) if (names.has(before) && before !== name) graph.setEdge(before, name);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    at: new Map(nodes.map(({ name }) => [name, graph.node(name) as unknown as Point])),
    edges: graph.edges().map((edge: { readonly v: string; readonly w: string }) => ({
      from: edge.v,
      to: edge.w,
      points: (graph.edge(edge) as unknown as { readonly points: readonly Point[] }).points,
    })),
    width,
    height,
  };
}

/** The points of an edge as a smooth path of SVG. https://www.w3.org/TR/SVG2/paths.html */
export function curve([first, ...others]: readonly Point[], direction: Direction = 'LR'): string {
  if (first === undefined) return '';
  let from = first;
  const parts = others.map((to) => {
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    const bend = direction === 'LR' ? `${x},${from.y} ${x},${to.y}` : `${from.x},${y} ${to.x},${y}`;
    const part = `C${bend} ${to.x},${to.y}`;
    from = to;
    return part;
  });
  return `M${first.x},${first.y}${parts.join('')}`;
}
