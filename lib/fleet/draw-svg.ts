import { escaped, graphSvg } from '../words/graph-svg';
import type { Stack } from './model';
import type { PropagationRole } from './stack';
import type { Node } from './stack-graph';
import { calls, entryApps, reachedBy } from './stack-graph';

/** A stack as a picture, and as a page with this picture that needs no other file and runs no script. */

/** What is drawn of a stack. */
export type Drawn = Pick<Stack, 'name'> & { readonly apps: readonly Node[] };

const COLOURS: Readonly<Record<PropagationRole, string>> = {
  originator: '#d9e8fb',
  forwarder: '#e4f3e1',
  terminal: '#f7e9d2',
};
/**
 * An SVG document: callers left of those that they call, entry apps with a thick border, calls without a header dashed. The
 * same stack gives the same bytes. https://www.w3.org/TR/SVG2/
 */
export function stackSvg({ name, apps }: Drawn): string {
  const all = calls(apps);
  const entries = new Set(entryApps(apps));
  const isTcp = new Set(all.filter(([, , tcp]) => tcp).map(([from, to]) => `${from} ${to}`));
  const boxes = apps.map((app) => ({
    name: app.name,
    after: all.filter(([, to]) => to === app.name).map(([from]) => from),
    note: [
      app.propagationRole,
      ...(entries.has(app) ? ['entry'] : []),
      ...(app.protocol === 'tcp' ? ['tcp'] : []),
    ].join(', '),
    fill: COLOURS[app.propagationRole],
    isEntry: entries.has(app),
  }));
  return graphSvg(boxes, {
    title: `${name}: ${apps.length} apps and who calls whom`,
    isDashed: (from, to) => isTcp.has(`${from} ${to}`),
  });
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
