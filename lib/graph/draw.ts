import type { PropagationRole } from '../contract/stack';
import type { Node } from './stack-graph';
import { callOrder, entryApps, levels, reachedBy, reaches } from './stack-graph';

/** A stack as a picture: its apps by propagation role, who calls whom, where requests enter. */

const ROLES: readonly PropagationRole[] = ['originator', 'forwarder', 'terminal'];

/** In each role that occurs, its apps. */
const byRole = (apps: readonly Node[]): readonly (readonly [PropagationRole, readonly Node[]])[] =>
  ROLES.map((role) => [role, apps.filter((app) => app.propagationRole === role)] as const).filter(([, there]) => there.length > 0);

const edges = (apps: readonly Node[]): readonly (readonly [string, string])[] => apps.flatMap((app) => app.downstream.map((callee) => [app.name, callee] as const));

/** https://mermaid.js.org/syntax/flowchart.html ; ids are numbered, since some words (`end`) are no ids. */
export function drawMermaid(apps: readonly Node[]): string {
  const id = new Map(apps.map(({ name }, i) => [name, `app${i}`]));
  const entries = new Set(entryApps(apps).map(({ name }) => name));
  return [
    'flowchart LR',
    ...byRole(apps).flatMap(([role, there]) => [
      `  subgraph ${role}s["${role}s"]`,
      ...there.map(({ name }) => `    ${id.get(name)}${entries.has(name) ? `(["${name}"])` : `["${name}"]`}`),
      '  end',
    ]),
    ...edges(apps).map(([from, to]) => `  ${id.get(from)} --> ${id.get(to)}`),
    '',
  ].join('\n');
}

/** https://graphviz.org/doc/info/lang.html ; entry apps have a double border. */
export function drawDot(apps: readonly Node[]): string {
  const quoted = (text: string) => JSON.stringify(text);
  const entries = new Set(entryApps(apps).map(({ name }) => name));
  return [
    'digraph stack {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...byRole(apps).flatMap(([role, there]) => [
      `  subgraph ${quoted(`cluster_${role}`)} {`,
      `    label=${quoted(`${role}s`)};`,
      ...there.map(({ name }) => `    ${quoted(name)}${entries.has(name) ? ' [peripheries=2]' : ''};`),
      '  }',
    ]),
    ...edges(apps).map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};`),
    '}',
    '',
  ].join('\n');
}

/** For programs: with the order of deployment, the levels, and per app what it reaches and what reaches it. */
export function drawJson(apps: readonly Node[]): string {
  const [down, up] = [reaches(apps), reachedBy(apps)];
  return `${JSON.stringify(
    {
      apps: apps.map(({ name, propagationRole, protocol }) => ({ name, propagationRole, protocol, reaches: down.get(name), reachedBy: up.get(name) })),
      edges: edges(apps).map(([from, to]) => ({ from, to })),
      entries: entryApps(apps).map(({ name }) => name),
      order: callOrder(apps).map(({ name }) => name),
      levels: levels(apps).map((level) => level.map(({ name }) => name)),
    },
    null,
    2,
  )}\n`;
}
