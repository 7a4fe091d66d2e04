import { select } from 'd3-selection';
import type { ZoomBehavior } from 'd3-zoom';
import { zoom, zoomIdentity } from 'd3-zoom';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { TaskState } from './answers';
import { NODE, place } from './graph-layout';
import type { Node, Point } from './graph-layout';
import { signOf } from './state';

export interface ShownNode extends Node {
  readonly state?: TaskState;
  /** What is said of it beside its name, such as how long it took. */
  readonly note?: string;
  readonly href: string;
  readonly isSelected?: boolean;
}

/** A directed acyclic graph, which can be moved and zoomed. Each node is a link. */
export function GraphView({ nodes, label }: { readonly nodes: readonly ShownNode[]; readonly label: string }) {
  const shape = JSON.stringify(nodes.map(({ name, after }) => [name, after]));
  // states change often, and places do not change with them
  const placed = useMemo(() => place(nodes), [shape]);
  const svg = useRef<SVGSVGElement>(null);
  const behavior = useRef<ZoomBehavior<SVGSVGElement, unknown> | undefined>(undefined);

  useEffect(() => {
    if (svg.current === null) return undefined;
    const inner = select(svg.current).select<SVGGElement>('g');
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

  const fit = (): void => {
    if (svg.current === null || behavior.current === undefined) return;
    const { clientWidth, clientHeight } = svg.current;
    const scale = Math.min(clientWidth / placed.width, clientHeight / placed.height, 1);
    const [x, y] = [(clientWidth - placed.width * scale) / 2, (clientHeight - placed.height * scale) / 2];
    select(svg.current).call(behavior.current.transform, zoomIdentity.translate(x, y).scale(scale));
  };
  useEffect(fit, [shape]);
  const by = (factor: number): void => {
    if (svg.current !== null && behavior.current !== undefined)
      select(svg.current).call(behavior.current.scaleBy, factor);
  };

  return (
    <figure class="graph" aria-label={label}>
      <svg ref={svg} style={{ height: `${Math.min(Math.max(placed.height + 16, 80), 560)}px` }}>
        <g>
          {placed.edges.map(({ from, to, points }) => (
            <path key={`${from} ${to}`} class="edge" d={curve(points)} />
          ))}
          {nodes.map((node) => (
            <NodeView key={node.name} node={node} at={placed.at.get(node.name) as Point} />
          ))}
        </g>
      </svg>
      <div class="tools">
        <button type="button" onClick={() => by(1.3)} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => by(1 / 1.3)} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={fit}>
          Fit
        </button>
      </div>
    </figure>
  );
}

function NodeView({ node, at }: { readonly node: ShownNode; readonly at: Point }) {
  const { name, state, note, href, isSelected = false } = node;
  const told = [name, state, note].filter((part) => part !== undefined).join(', ');
  return (
    <a href={href} aria-label={told} aria-current={isSelected ? 'true' : undefined}>
      <title>{told}</title>
      <g
        class={`node ${state ?? ''} ${isSelected ? 'selected' : ''}`}
        transform={`translate(${at.x - NODE.width / 2},${at.y - NODE.height / 2})`}
      >
        <rect width={NODE.width} height={NODE.height} rx="6" />
        <text x="10" y="21">
          {state !== undefined && <tspan class="sign">{signOf(state)} </tspan>}
          {shortened(name, note === undefined ? 26 : 18)}
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

/** A smooth line through points. */
function curve([first, ...others]: readonly Point[]): string {
  if (first === undefined) return '';
  let from = first;
  const parts = others.map((to) => {
    const middle = (from.x + to.x) / 2;
    const part = `C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`;
    from = to;
    return part;
  });
  return `M${first.x},${first.y}${parts.join('')}`;
}
