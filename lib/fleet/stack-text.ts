import { callOrder, entryApps } from './stack-graph';
import type { Node } from './stack-graph';

/** A stack as lines of a terminal: each app before those that it calls, and whom it calls. */
export function stackText(name: string, apps: readonly Node[]): string {
  const entries = new Set(entryApps(apps).map((app) => app.name));
  const width = Math.max(...apps.map((app) => app.name.length));
  const lines = [...callOrder(apps)].reverse().map((app) => {
    const calls = app.downstream.length === 0 ? '' : ` → ${app.downstream.join(', ')}`;
    return `  ${entries.has(app.name) ? '→' : ' '} ${app.name.padEnd(calls === '' ? 0 : width)}${calls}`;
  });
  return [`stack ${name}`, ...lines].join('\n');
}
