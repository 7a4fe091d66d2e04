import { select } from 'd3-selection';
import type { ZoomBehavior } from 'd3-zoom';
import { zoom, zoomIdentity } from 'd3-zoom';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { TaskState } from './answers';
import { curve, place } from '../../../lib/words/graph-layout';
import type { Node, Point } from '../../../lib/words/graph-layout';
import { signOf } from './state';

export interface ShownNode extends Node {
  readonly state?: TaskState;
  /** What is said of it beside its name, such as how long it took. */
  readonly note?: string;
  readonly href: string;
  readonly isSelected?: boolean;
}

const NODE = { width: 190, height: 34 };

/** The smallest scale at which names are read. */
const READABLE = 0.6;

/** A directed acyclic graph, which can be moved and zoomed. Each node is a link. */
export function GraphView({ nodes, label }: { readonly nodes: readonly ShownNode[]; readonly label: string }) {
  const shape = JSON.stringify(nodes.map(({ name, after }) => [name, after]));
  // states change often, and places do not change with them
  const placed = useMemo(() => place(nodes, NODE), [shape]);
  const svg = useRef<SVGSVGElement>(null);
  const behavior = useRef<ZoomBehavior<SVGSVGElement, unknown> | undefined>(undefined);

  useEffect(() => {
    if (svg.current === null) return undefined;
    const inner = select(svg.current).select<SVGGElement>(':scope > g');
    const made = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.1, 2])
      // the wheel alone scrolls the page
      .filter((event: Event) => !(event instanceof WheelEvent) || event.ctrlKey || event.metaKey)
      .on('zoom', ({ transform }: { readonly transform: { toString(): string } }) => {
        inner.attr('transform', transform.toString());
      });
    behavior.current = made;
    const selection = select(svg.current).call(made);
    return () => void selection.on('.zoom', null);
  }, []);

  /** Shows all of it, or at least what is readable of it around the node that people look for. */
  const show = (least: number): void => {
    if (svg.current === null || behavior.current === undefined) return;
    const { clientWidth, clientHeight } = svg.current;
    const whole = Math.min(clientWidth / placed.width, clientHeight / placed.height, 1);
    const scale = Math.max(whole, least);
    const { x, y } = scale === whole ? { x: placed.width / 2, y: placed.height / 2 } : lookedFor(nodes, placed.at);
    const to = zoomIdentity.translate(clientWidth / 2 - x * scale, clientHeight / 2 - y * scale).scale(scale);
    select(svg.current).call(behavior.current.transform, to);
  };
  useEffect(() => show(READABLE), [shape]);
  const by = (factor: number): void => {
    if (svg.current !== null && behavior.current !== undefined)
      select(svg.current).call(behavior.current.scaleBy, factor);
  };

  return (
    <figure class="graph" aria-label={label}>
      <div class="tools">
        <button type="button" onClick={() => by(1.3)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => by(1 / 1.3)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={() => show(0)}>
          Show all
        </button>
      </div>
      <svg ref={svg} style={{ height: `${Math.min(Math.max(placed.height + 16, 80), 560)}px` }}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path class="arrow" d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        <g>
          {placed.edges.map(({ from, to, points }) => (
            <path key={`${from} ${to}`} class="edge" d={curve(points)} marker-end="url(#arrow)" />
          ))}
          {nodes.map((node) => (
            <NodeView key={node.name} node={node} at={placed.at.get(node.name) as Point} />
          ))}
        </g>
      </svg>
    </figure>
  );
}

/** The one that is chosen, or that failed, or that runs; else the first. */
function lookedFor(nodes: readonly ShownNode[], at: ReadonlyMap<string, Point>): Point {
  const found =
    nodes.find(({ isSelected }) => isSelected) ??
    nodes.find(({ state }) => state === 'failed') ??
    nodes.find(({ state }) => state === 'running') ??
    nodes[0];
  return (found && at.get(found.name)) ?? { x: 0, y: 0 };
}

/** How many fit into a node. */
const CHARACTERS = 25;

function NodeView({ node, at }: { readonly node: ShownNode; readonly at: Point }) {
  const { name, state, note, href, isSelected = false } = node;
  // whoever hears it hears what is seen, and what the sign stands for
  const told = [name, note, state].filter((part) => part !== undefined).join(' ');
  return (
    <a href={href} aria-current={isSelected ? 'true' : undefined}>
      <title>{told}</title>
      <g
        class={`node ${state ?? ''} ${isSelected ? 'selected' : ''}`}
        transform={`translate(${at.x - NODE.width / 2},${at.y - NODE.height / 2})`}
      >
        <rect width={NODE.width} height={NODE.height} rx="6" />
        <text x="10" y="21">
          {state !== undefined && <tspan class="sign">{signOf(state)} </tspan>}
          {shortened(name, CHARACTERS - (note?.length ?? 0))}
        </text>
        {note !== undefined && (
          <text class="note" x={NODE.width - 8} y="21" text-anchor="end">
            {note}
          </text>
        )}
      </g>
    </a>
  );
}

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
