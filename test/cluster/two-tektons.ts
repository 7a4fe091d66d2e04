import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import { apply, awaitKinds } from './kubectl';

/** The instance of Tekton that each team is of. */
export const TEAMS = { alpha: 'stable', beta: 'next' };

const RELEASE = join(__dirname, '../fixtures/tekton/whole-release.yaml');
const CLUSTER = `name: ci
tekton:
  instances:
    - { name: stable, release: vendor/1.9.0.yaml }
    - { name: next, release: vendor/1.15.0.yaml, namespaces: [sandbox], performance: { replicas: 2 } }
`;

/** Writes a fleet with two Tektons on one cluster, a team each, and synthesizes it. */
export function synthTwoTektons(root: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const release = readFileSync(RELEASE, 'utf8');
  for (const version of ['1.9.0', '1.15.0'])
    write(`vendor/${version}.yaml`, release.replaceAll('v1.15.0', `v${version}`));
  write('clusters/ci.yaml', CLUSTER);
  for (const [name, instance] of Object.entries(TEAMS)) {
    write(
      `teams/${name}/team.yaml`,
      `name: ${name}\nnamespace: ci-${name}\ncluster: ci\ntekton: ${instance}\nimageRegistry: r.example.com/${name}\nstacks: [stacks/${name}.yaml]\n`,
    );
    write(
      `stacks/${name}.yaml`,
      `name: ${name}\ndefaults: { namespace: env-${name} }\napps: [{ name: web-${name}, repo: acme/${name}, propagation-role: terminal }]\n`,
    );
  }
  expect(tektonDag(['synth'], { cwd: root })).toMatchObject({ status: 0 });
}

/** Installs all kinds of Tekton. */
export function defineTekton(): void {
  apply(join(process.env.CRDS_DIR as string, 'tekton.dev.yaml'));
  awaitKinds();
}
