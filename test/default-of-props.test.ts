import { clusterSchema } from '../lib/fleet/cluster';
import { jsonSchemaOf } from '../lib/fleet/schema-problems';
import { teamSchema } from '../lib/fleet/team';
import type { ClusterProps, TeamProps } from '../lib';
import { keysOf } from './fleet/support';
import { publicProps } from './support/public-props';

/** What an editor says of the fields that a team.ts, a cluster's file and a fleet.ts may leave out. */

jest.setTimeout(120_000);

const TYPES = ['TeamProps', 'ClusterProps', 'FleetProps'] as const;
const props = publicProps(TYPES);

it.each(TYPES)('%s: every field that may be left out says its default', (name) => {
  const optional = props.get(name)!.filter(({ isOptional }) => isOptional);
  expect(optional.length).toBeGreaterThan(3);
  expect(optional.filter(({ fallback }) => !fallback).map(({ path, where }) => `${where}: ${path}`)).toEqual([]);
});

it.each([
  ['TeamProps', teamSchema],
  ['ClusterProps', clusterSchema],
] as const)('%s: a default that is a value is the one that is taken', (name, schema) => {
  // what a schema converts has no default of its own in JSON Schema
  const taken = new Map(
    keysOf(jsonSchemaOf(schema)).flatMap(([path, node]) =>
      node.default === undefined ? [] : [[path, String(node.default)] as const],
    ),
  );
  const literals = props.get(name)!.flatMap(({ path, fallback = '' }) => {
    const isLiteral = /^(?:'[^']*'|[0-9]+|true|false)$/.test(fallback);
    return isLiteral && taken.has(path) ? [[path, fallback.replaceAll("'", '')] as const] : [];
  });
  expect(literals.length).toBeGreaterThan(20);
  expect(literals).toEqual(literals.map(([path]) => [path, taken.get(path)]));
});

it('takes lists that are constant, at any depth', () => {
  const CLUSTERS: readonly string[] = ['staging'];
  const team = {
    name: 'a',
    namespace: 'ci-a',
    cluster: 'dev',
    clusters: CLUSTERS,
    imageRegistry: 'registry.example.com/a',
    stacks: ['stacks/a.yaml'],
    network: { egressCIDRs: ['10.0.0.0/8'] },
    secrets: { names: { imagePull: ['pull'] } },
  } as const satisfies TeamProps;
  const cluster = {
    name: 'dev',
    ipFamilies: ['IPv6'],
    podTemplate: { tolerations: [{ key: 'ci', operator: 'Exists' }] },
  } as const satisfies ClusterProps;
  expect(teamSchema.safeParse(team).success).toBe(true);
  expect(clusterSchema.safeParse(cluster).success).toBe(true);
});
