import { curve, place } from '../words/graph-layout';
import type { Point } from '../words/graph-layout';
import type { Stack } from './model';
import type { PropagationRole } from './stack';
import type { Node } from './stack-graph';
import { calls, entryApps, reachedBy } from './stack-graph';

/** A stack as a picture, and as a page with this picture that needs no other file and runs no script. */

/** What is drawn of a stack. */
export type Drawn = Pick<Stack, 'name'> & { readonly apps: readonly Node[] };

/** Letters of one width, since nothing here can measure others. */
const CHARACTER = 7.3;
const PADDING = 24;
const NARROWEST = 120;
const HEIGHT = 44;

const COLOURS: Readonly<Record<PropagationRole, string>> = {
  originator: '#d9e8fb',
  forwarder: '#e4f3e1',
  terminal: '#f7e9d2',
};
/** The boxes have a light colour of their own, so dark text is read on them on a dark page, too. */
const STYLE = `
text { font: 12px ui-monospace, monospace; fill: #1b2127; }
.role { font-size: 10px; fill: #4a545e; }
rect { stroke: #55606b; }
.entry rect { stroke-width: 3; }
.call { fill: none; stroke: #7b8792; stroke-width: 1.5; }
.tcp { stroke-dasharray: 5 4; }
.arrow { fill: #7b8792; }
`;

/**
 * An SVG document: callers left of those that they call, entry apps with a thick border, calls without a header dashed. The
 * same stack gives the same bytes. https://www.w3.org/TR/SVG2/
 */
export function stackSvg({ name, apps }: Drawn): string {
  const width = Math.max(NARROWEST, ...apps.map((app) => app.name.length * CHARACTER + PADDING));
  const size = { width: Math.ceil(width), height: HEIGHT };
  const all = calls(apps);
  const before = (app: string) => all.filter(([, to]) => to === app).map(([from]) => from);
  const placed = place(
    apps.map((app) => ({ name: app.name, after: before(app.name) })),
    size,
  );
  const entries = new Set(entryApps(apps));
  const isTcp = new Set(all.filter(([, , tcp]) => tcp).map(([from, to]) => `${from} ${to}`));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rounded(placed.width)} ${rounded(placed.height)}" width="${rounded(placed.width)}" height="${rounded(placed.height)}" role="img">`,
    `<title>${escaped(name)}: ${apps.length} apps and who calls whom</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="arrow" d="M0 0 8 4 0 8z"/></marker></defs>',
    ...placed.edges.map(
      ({ from, to, points }) =>
        `<path class="${isTcp.has(`${from} ${to}`) ? 'call tcp' : 'call'}" d="${curve(points.map(roundedPoint))}" marker-end="url(#arrow)"/>`,
    ),
    ...apps.map((app) => {
      const { x, y } = placed.at.get(app.name) ?? { x: 0, y: 0 };
      const role = [
        app.propagationRole,
        ...(entries.has(app) ? ['entry'] : []),
        ...(app.protocol === 'tcp' ? ['tcp'] : []),
      ];
      return [
        `<g class="${entries.has(app) ? 'app entry' : 'app'}" transform="translate(${rounded(x - size.width / 2)},${rounded(y - size.height / 2)})">`,
        `<rect width="${size.width}" height="${size.height}" rx="6" fill="${COLOURS[app.propagationRole]}"/>`,
        `<text x="12" y="19">${escaped(app.name)}</text><text class="role" x="12" y="34">${role.join(', ')}</text></g>`,
      ].join('');
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** The picture, and below it a table of what it shows: a screen reader reads that, and so does who looks for one app of many. */
export function stackPage(stack: Drawn): string {
  const callers = reachedBy(stack.apps);
  const listed = (names: readonly string[] = []): string => names.join(', ') || 'none';
  const rows = stack.apps.map(({ name, propagationRole, downstream }) => {
    return [name, propagationRole, listed(downstream), listed(callers.get(name))];
  });
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(stack.name)}</title>`,
    '<style>:root { color-scheme: light dark } body { font: 15px system-ui, sans-serif; margin: 1.5rem } figure { margin: 0; overflow: auto; background: #fff; border: 1px solid #d3d9df; padding: 0.5rem } table { border-collapse: collapse; margin-top: 1.5rem } th, td { text-align: left; vertical-align: top; padding: 0.3rem 1rem 0.3rem 0; border-bottom: 1px solid #8888 } main { overflow-x: auto }</style></head>',
    `<body><main><h1>${escaped(stack.name)}</h1>`,
    `<figure tabindex="0" aria-label="Who calls whom">${stackSvg(stack)}</figure>`,
    '<p>An entry app, where requests enter, has a thick border. A dashed call is by tcp: it carries no header.</p>',
    `<table><thead><tr>${cells('th', ['App', 'Role', 'Calls', 'Is reached from'])}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${cells('td', row)}</tr>`),
    '</tbody></table></main></body></html>',
    '',
  ].join('\n');
}

/** Nobody sees half a pixel, and a diff of the picture is shorter without. */
const rounded = (value: number): number => Math.round(value);
const roundedPoint = ({ x, y }: Point): Point => ({ x: rounded(x), y: rounded(y) });

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
