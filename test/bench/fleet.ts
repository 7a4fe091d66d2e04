import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { TeamProps } from '../../lib/fleet/team';
import type { stackSchema } from '../../lib/fleet/stack';
import type { z } from 'zod';

/** The cluster of all teams. */
export const CLUSTER = 'bench';

const TOOLS = ['npm', 'maven', 'gradle', 'pip', 'composer'] as const;

/** Writes a fleet of teams with one stack each: layers of eight apps that call two of the next layer. */
export function writeFleet(root: string, teams: number, apps: number): void {
  for (let i = 0; i < teams; i += 1) {
    const team = `team-${i}`;
    mkdirSync(join(root, 'teams', team), { recursive: true });
    mkdirSync(join(root, 'stacks'), { recursive: true });
    const props: TeamProps = {
      name: team,
      namespace: team,
      cluster: CLUSTER,
      imageRegistry: `registry.example.com/${team}`,
      stacks: [`stacks/${team}.yaml`],
      platform: { repoURL: 'https://git.example.com/platform.git' },
    };
    writeFileSync(join(root, 'teams', team, 'team.yaml'), dump(props));
    writeFileSync(join(root, 'stacks', `${team}.yaml`), dump(stack(team, apps)));
  }
}

const LAYER = 8;

function stack(team: string, count: number): z.input<typeof stackSchema> {
  const name = (i: number): string => `app-${i}`;
  return {
    name: `${team}-shop`,
    defaults: { namespace: `${team}-env` },
    apps: Array.from({ length: count }, (_, i) => {
      const next = (Math.floor(i / LAYER) + 1) * LAYER;
      const downstream = [...new Set([next + (i % LAYER), next + ((i + 1) % LAYER)])]
        .filter((callee) => callee < count)
        .map(name);
      const tool = TOOLS[i % TOOLS.length] as (typeof TOOLS)[number];
      return {
        name: name(i),
        repo: `${team}/app-${i}`,
        'propagation-role': downstream.length === 0 ? 'terminal' : i < LAYER ? 'originator' : 'forwarder',
        build: { tool, env: { STAGE: 'ci' } },
        downstream,
        tests: { postman: 'tests/api.json' },
      } as const;
    }),
  };
}
