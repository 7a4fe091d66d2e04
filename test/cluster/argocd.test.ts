import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { tektonDag } from '../support/cli';
import { appliesTwice } from './applies-twice';
import { kubectl } from './kubectl';

/** An API server with Argo CD's kinds takes what Argo CD is given. */

const ROOT = join(__dirname, '../..');

it('takes dist/argocd', () => appliesTwice(join(ROOT, 'dist/argocd')));

it('takes a team with a group and Tekton Triggers, and the rights of the group beside those that are there', () => {
  const root = mkdtempSync(join(tmpdir(), 'tekton-dag-argocd-'));
  try {
    const team = join(root, 'team.yaml');
    const props = {
      name: 'rights',
      namespace: 'ci-rights',
      environment: { namespace: 'rights' },
      cluster: 'one',
      group: 'developers of rights',
      triggers: true,
      imageRegistry: 'r.example.com',
      stacks: ['stacks/shop.yaml'],
      platform: { repoURL: 'https://github.com/acme/platform.git' },
    };
    writeFileSync(team, dump(props));
    expect(tektonDag(['synth', '--team-file', team, '--root', ROOT, '--out', root])).toMatchObject({ status: 0 });
    appliesTwice(join(root, 'argocd/projects'), join(root, 'teams'));

    const apply = (manifest: string, manager: string) =>
      kubectl(['apply', '--server-side', `--field-manager=${manager}`, '--filename=-'], manifest);
    const metadata = { name: 'argocd-rbac-cm', namespace: 'argocd' };
    apply(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: { 'policy.csv': 'g, admins, role:admin\n' },
      }),
      'someone-else',
    );
    const folder = join(root, 'argocd/rbac');
    apply(
      kubectl([
        'create',
        'configmap',
        metadata.name,
        `--namespace=${metadata.namespace}`,
        `--from-file=${folder}`,
        '--dry-run=client',
        '--output=json',
      ]),
      'tekton-dag',
    );
    const { data } = JSON.parse(
      kubectl(['get', 'configmap', metadata.name, `--namespace=${metadata.namespace}`, '--output=json']),
    ) as { data: Record<string, string> };
    const [file] = readdirSync(folder) as [string];
    expect(data).toEqual({ 'policy.csv': 'g, admins, role:admin\n', [file]: readFileSync(join(folder, file), 'utf8') });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
