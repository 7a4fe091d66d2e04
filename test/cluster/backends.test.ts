import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { TeamProps } from '../../lib';
import { tektonDag } from '../support/cli';
import { appliesTwice } from './applies-twice';

/** What a team applies for each intercept backend; schemas of the Gateway API included. */

const gateway = { name: 'apps', namespace: 'infra', address: 'gateway.infra.svc.cluster.local' };

it.each<[string, Partial<TeamProps>]>([
  ['none', { interceptBackend: 'none' }],
  ['mesh', { interceptBackend: 'gateway' }],
  ['gateway', { interceptBackend: 'gateway', gateway }],
  ['mirrord', { interceptBackend: 'mirrord' }],
  ['telepresence', { interceptBackend: 'telepresence' }],
])('an API server takes what %s needs', (name, settings) => {
  const folder = mkdtempSync(join(tmpdir(), 'tekton-dag-backend-'));
  try {
    const apps = [
      { name: 'web', repo: 'acme/web', 'propagation-role': 'originator', downstream: ['rpc'] },
      { name: 'rpc', repo: 'acme/rpc', 'propagation-role': 'terminal', protocol: 'grpc' },
    ];
    const props: TeamProps = {
      name: `by-${name}`,
      namespace: `team-by-${name}`,
      cluster: 'one',
      imageRegistry: 'registry.example.com/x',
      stacks: ['stacks/pair.yaml'],
      environment: { namespace: `by-${name}` },
      ...settings,
    };
    for (const part of ['stacks', `teams/by-${name}`]) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'stacks/pair.yaml'), dump({ name: 'pair', apps }));
    writeFileSync(join(folder, `teams/by-${name}/team.yaml`), dump(props));
    expect(
      tektonDag(['synth', '--team-file', join(folder, `teams/by-${name}/team.yaml`), '--out', join(folder, 'dist')]),
    ).toMatchObject({ status: 0 });
    appliesTwice(join(folder, 'dist/teams'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
