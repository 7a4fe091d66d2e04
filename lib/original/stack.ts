import { isDeepStrictEqual } from 'node:util';
import { dump } from 'js-yaml';
import { isMapping } from '../words/mapping';
import { stackSchema } from '../fleet/stack';
import type { LeftBehind } from './carry';
import { carry, without } from './carry';
import { readValue } from './read-value';

const WHY = {
  namespace: 'all apps of a stack run in its environment: defaults.namespace, or environment.namespace of the team',
  'service-port': 'a stack has one service port: defaults.service-port',
};

/**
 * A stack of the original as a stack here: word for word where all of it is known, else written anew. What the original's
 * `stack-graph.sh` made of a key that is missing is written out.
 */
export function carryStack(
  file: string,
  text: string,
): { readonly text: string; readonly left: readonly LeftBehind[] } {
  const original = readValue({ file, text });
  if (!isMapping(original)) return { text, left: [] };
  const propagation = isMapping(original.propagation) ? original.propagation : {};
  const isCustom = propagation.strategy === 'custom';
  const explicit = {
    ...original,
    ...(isCustom && { propagation: without(propagation, ['strategy']) }),
    ...(Array.isArray(original.apps) && { apps: original.apps.map(explicitApp) }),
  };
  const { value, left } = carry(stackSchema, explicit, file, WHY);
  const all = [
    ...(isCustom ? [{ file, path: 'propagation.strategy', why: 'only w3c-baggage is known' }] : []),
    ...left,
  ];
  return {
    text: isDeepStrictEqual(value, original) ? text : dump(value, { lineWidth: -1, noRefs: true }),
    left: all,
  };
}

function explicitApp(app: unknown): unknown {
  if (!isMapping(app)) return app;
  const role = { 'propagation-role': app['propagation-role'] ?? impliedRole(app) };
  if (!isMapping(app.build) || app.build.tool !== 'none') return { ...app, ...role };
  // `none`, with runtime `custom`, was how the original said that the Dockerfile compiles
  const build = without(app.build, ['tool']);
  return { ...app, ...role, build: app.build.runtime === 'custom' ? without(build, ['runtime']) : build };
}

function impliedRole({ downstream, role }: Readonly<Record<string, unknown>>): string {
  if (!Array.isArray(downstream) || downstream.length === 0) return 'terminal';
  return role === 'frontend' ? 'originator' : 'forwarder';
}
