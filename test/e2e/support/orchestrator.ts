import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TeamProps } from '../../../lib';
import { accountName } from '../../../lib/words/names';
import { RUN_REQUEST } from '../../../lib/runs/ask/run-request';
import { API_AUDIENCE } from '../../../lib/words/names';
import { applyObjects, kubectl } from './kubectl';
import { buildImage } from './image';
import { run } from './process';
import { ROOT, baseImage, suite } from './suite';
import type { TestTeam } from './team';
import { applyTeam, bringUp } from './team-up';

/**
 * A team's orchestrator: `bringUpWithOrchestrator` brings up both, its image made of this checkout; `giveSecret` and `everyReplicaReady` let it
 * come up, `developerToken` is what somebody shows who may ask for runs, and not have them trusted.
 */

export const ORCHESTRATOR = accountName('orchestrator');
export const WEBHOOK_SECRET = 'the secret of the webhooks of this suite';

/** The team comes up without it, makes its image, and takes it in. @param write writes the team with these settings */
export async function bringUpWithOrchestrator(
  team: TestTeam,
  write: (orchestrator: TeamProps['orchestrator']) => void,
  settings: TeamProps['orchestrator'] = {},
): Promise<void> {
  // what makes an image needs none
  write({ enabled: false });
  await bringUp(team);
  write({ ...settings, image: await orchestratorImage(team) });
  await applyTeam(team);
}

/**
 * Without Docker: the program is bundled here, and a Task of a team makes an image by the last stage of its Dockerfile.
 * ORCHESTRATOR_IMAGE names one that is there.
 */
export async function orchestratorImage(team: TestTeam): Promise<string> {
  const { ORCHESTRATOR_IMAGE: given } = process.env;
  if (given) return given;
  const { work } = suite();
  const bundle = join(work, 'orchestrator.js');
  await run('npm', ['run', '--silent', 'bundle', '--workspace', 'orchestrator', '--', `--outfile=${bundle}`], {
    cwd: ROOT,
  });
  const page = join(work, 'page');
  await run('npm', ['run', '--silent', 'page', '--workspace', 'orchestrator', '--', '--outDir', page], { cwd: ROOT });
  return buildImage(team, 'orchestrator', {
    ...filesBelow(page, 'page'),
    'orchestrator.js': readFileSync(bundle, 'utf8'),
    'tools.js': readFileSync(join(work, 'tools.js'), 'utf8'),
    Dockerfile: lastStage(baseImage()),
  });
}

/** The text of each file of a folder, by its path there below `name`. */
const filesBelow = (folder: string, name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [join(name, relative(folder, file)), readFileSync(file, 'utf8')]),
  );

/** On top of the base of the suite's apps, unless there is none. */
function lastStage(base: string | undefined): string {
  const dockerfile = readFileSync(join(ROOT, 'orchestrator/Dockerfile'), 'utf8');
  const [, own] = /^ARG RUN_IMAGE=(.*)$/m.exec(dockerfile) ?? [];
  const stage = dockerfile
    .slice(dockerfile.lastIndexOf('\nFROM '))
    .replace(/^COPY --from=bundle \S+\/(\S+)/gm, 'COPY $1');
  return `ARG RUN_IMAGE=${base ?? own}${stage}`;
}

export const giveSecret = (
  { namespace }: TestTeam,
  name: string,
  stringData: Readonly<Record<string, string>>,
): Promise<string> => applyObjects({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });

export const everyReplicaReady = ({ namespace }: TestTeam): Promise<string> =>
  kubectl(['rollout', 'status', `deployment/${ORCHESTRATOR}`, '--namespace', namespace, '--timeout=300s']);

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export async function developerToken({ namespace }: TestTeam): Promise<string> {
  const metadata = { name: 'developer', namespace };
  await applyObjects(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [RUN_REQUEST.group], resources: [RUN_REQUEST.plural], verbs: ['create', 'list'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  );
  return (
    await kubectl(['create', 'token', metadata.name, '--namespace', namespace, '--audience', API_AUDIENCE])
  ).trim();
}
