import type { Drawn } from './draw-svg';
import { stackPage, stackSvg } from './draw-svg';
import type { GraphFormat } from './graph-format';
import type { PropagationRole } from './stack';
import { PROPAGATION_ROLES } from './stack';
import type { Node } from './stack-graph';
import { callOrder, calls, entryApps, levels, reachedBy, reaches } from './stack-graph';

/** A stack as a picture or as data: its apps by propagation role, who calls whom, where requests enter. */

/** @throws SynthError[cycle], for JSON alone: a cycle can be drawn, but not ordered */
export function drawStack(stack: Drawn, format: GraphFormat): string {
  return { mermaid, dot, svg: stackSvg, html: stackPage, json }[format](stack);
}

/** https://mermaid.js.org/syntax/flowchart.html: entry apps are stadiums, edges without a header dotted. */
function mermaid({ name, apps }: Drawn): string {
  // Mermaid has no escapes but character entities, and words such as `end` that no id may be.
  const quote = (text: string) => `"${text.replace(/[^\w .,:/-]/g, (character) => `#${character.codePointAt(0)};`)}"`;
  const id = ids(apps);
  const entries = new Set(entryApps(apps).map((app) => app.name));
  return lines([
    '---',
    `title: ${JSON.stringify(name)}`,
    '---',
    'flowchart LR',
    ...byRole(apps).flatMap(([role, members]) => [
      `  subgraph ${role}s [${quote(`${role}s`)}]`,
      ...members.map(
        (app) => `    ${id(app.name)}${entries.has(app.name) ? `([${quote(app.name)}])` : `[${quote(app.name)}]`}`,
      ),
      '  end',
    ]),
    ...calls(apps).map(([from, to, tcp]) => `  ${id(from)} ${tcp ? '-. tcp .->' : '-->'} ${id(to)}`),
    '  classDef entry stroke-width:3px',
    ...(entries.size > 0 ? [`  class ${[...entries].map(id).join(',')} entry`] : []),
  ]);
}

/** https://graphviz.org/doc/info/lang.html: entry apps have a double line, edges without a header are dashed. */
function dot({ name, apps }: Drawn): string {
  const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const entries = new Set(entryApps(apps).map((app) => app.name));
  return lines([
    `digraph ${quote(name)} {`,
    '  rankdir=LR;',
    '  node [shape=box];',
    ...byRole(apps).flatMap(([role, members]) => [
      `  subgraph ${quote(`cluster_${role}s`)} {`,
      `    label=${quote(`${role}s`)};`,
      ...members.map((app) => `    ${quote(app.name)}${entries.has(app.name) ? ' [peripheries=2]' : ''};`),
      '  }',
    ]),
    ...calls(apps).map(
      ([from, to, tcp]) => `  ${quote(from)} -> ${quote(to)}${tcp ? ' [style=dashed, label="tcp"]' : ''};`,
    ),
    '}',
  ]);
}

/** `{ apps, edges, entries, order, levels, reaches, reachedBy }`; `order` has each app after those that it calls. */
function json({ name, apps }: Drawn): string {
  const names = (some: readonly Node[]) => some.map((app) => app.name);
  return lines([
    JSON.stringify(
      {
        stack: name,
        apps: apps.map((app) => ({ name: app.name, role: app.propagationRole, protocol: app.protocol })),
        edges: calls(apps).map(([from, to]) => ({ from, to })),
        entries: names(entryApps(apps)),
        order: names(callOrder(apps)),
        levels: levels(apps).map(names),
        reaches: Object.fromEntries(reaches(apps)),
        reachedBy: Object.fromEntries(reachedBy(apps)),
      },
      undefined,
      2,
    ),
  ]);
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

function ids(apps: readonly Node[]): (name: string) => string {
  const all = new Map(apps.map((app, i) => [app.name, `app${i}`]));
  return (name) => all.get(name) ?? '';
}

function byRole(apps: readonly Node[]): readonly (readonly [PropagationRole, readonly Node[]])[] {
  return PROPAGATION_ROLES.map((role) => [role, apps.filter((app) => app.propagationRole === role)] as const).filter(
    ([, members]) => members.length > 0,
  );
}
