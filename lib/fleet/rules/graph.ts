import type { Document } from '../document';
import { nearest } from '../../words/nearest';
import { cycles } from '../../words/order';
import { list, show } from '../../words/phrase';
import type { Problem } from '../../words/problem';
import type { AppOutline, StackOutline } from '../stack-outline';

/** Who calls whom: edges lead to apps, there is no cycle, and each app's part in the propagation is what its edges say. */
export function checkGraph(document: Document, { apps }: StackOutline): Problem[] {
  const known = new Set(apps.flatMap(({ name }) => name ?? []));
  const edges = apps.flatMap((app) => checkEdges(document, app, known));
  // a misspelt edge is told once: for the rest it is the edge that was meant
  const meant = apps.map((app) => ({
    ...app,
    downstream: app.downstream.map((edge) => ({
      ...edge,
      name: known.has(edge.name) ? edge.name : (nearest(edge.name, known) ?? edge.name),
    })),
  }));
  return [...edges, ...checkCycles(document, meant), ...meant.flatMap((app) => checkRole(document, app, meant))];
}

function checkEdges(document: Document, app: AppOutline, known: ReadonlySet<string>): Problem[] {
  const seen = new Set<string>();
  return app.downstream.flatMap(({ name, index }) => {
    const path = ['apps', app.index, 'downstream', index];
    if (seen.has(name)) return [document.error(path, `${name} is listed twice`)];
    seen.add(name);
    if (name === app.name) return [document.error(path, 'an app does not call itself', { found: show(name) })];
    if (known.has(name)) return [];
    const meant = nearest(name, known);
    return [
      document.error(path, 'no such app in this stack', {
        found: show(name),
        ...(meant === undefined ? { expected: few([...known]) } : { suggestion: meant }),
      }),
    ];
  });
}

/** All of forty names help nobody. */
const few = (names: readonly string[]): string =>
  names.length <= 8 ? list(names) : `one of the ${names.length} apps of this stack`;

/** Each cycle, at the edge that closes it. An app that calls itself is told with its edges. */
function checkCycles(document: Document, apps: readonly AppOutline[]): Problem[] {
  const byName = new Map(apps.flatMap((app) => (app.name === undefined ? [] : [[app.name, app] as const])));
  const callees = (name: string): readonly string[] =>
    (byName.get(name)?.downstream ?? []).flatMap((edge) => (edge.name === name ? [] : [edge.name]));
  return [...cycles([...byName.keys()], callees)].map((cycle) => {
    const [caller = '', callee] = cycle.slice(-2);
    const app = byName.get(caller);
    const edge = app?.downstream.find(({ name }) => name === callee);
    return document.error(
      ['apps', app?.index ?? 0, 'downstream', edge?.index ?? 0],
      `apps call each other in a cycle: ${cycle.join(' > ')}`,
    );
  });
}

function checkRole(document: Document, app: AppOutline, apps: readonly AppOutline[]): Problem[] {
  if (app.name === undefined || app.propagationRole === undefined) return [];
  const callers = apps
    .filter((other) => other !== app && other.downstream.some(({ name }) => name === app.name))
    .flatMap(({ name }) => name ?? []);
  const calls = app.downstream.length > 0;
  const wrong = (message: string, suggestion: string) => [
    document.error(['apps', app.index, 'propagation-role'], message, { found: show(app.propagationRole), suggestion }),
  ];
  switch (app.propagationRole) {
    case 'originator':
      return callers.length > 0
        ? wrong(
            `an originator starts sessions and is not called, but ${list(callers, 'and')} ${callers.length > 1 ? 'call' : 'calls'} ${app.name}`,
            calls ? 'forwarder' : 'terminal',
          )
        : [];
    case 'forwarder':
      if (!calls) return wrong(`a forwarder passes sessions on, but ${app.name} has no downstream`, 'terminal');
      return callers.length === 0
        ? wrong(`a forwarder is called by another app, but none calls ${app.name}`, 'originator')
        : [];
    case 'terminal':
      return calls
        ? wrong(
            `a terminal app calls no other, but ${app.name} has downstream`,
            callers.length > 0 ? 'forwarder' : 'originator',
          )
        : [];
  }
}
