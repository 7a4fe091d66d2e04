import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { isConflict } from '../../../lib/kube/api';
import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';
import { writeFleet } from '../fleet';
import { patiently } from './patiently';

/** Many teams of 40 apps, as synth makes them, and in a cluster. */

const APPS = 40;
const BIN = join(__dirname, '../../../lib/cli/tekton-dag.js');
const AT_ONCE = 16;

type Manifest = KubeObject & { readonly apiVersion: string; readonly kind: string };

/** What a run needs of dist/; the rest is the environment's: Services, Deployments, volumes, network. In the order of their making. */
const APPLIED: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ConfigMap: 'configmaps',
  Task: 'tasks',
  Pipeline: 'pipelines',
};
const WITHOUT_NAMESPACE = 'Namespace';

export interface SynthesizedTeams {
  /** Folder of what all teams of the cluster share. */
  readonly cluster: string;
  /** The objects of each team. */
  readonly teams: readonly (readonly Manifest[])[];
}

export function synthesize(count: number): SynthesizedTeams & { remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'bench-scale-'));
  const dist = join(root, 'dist');
  writeFleet(root, count, APPS);
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'synth', '--root', root, '--out', dist], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const objectsOf = (team: string): readonly Manifest[] =>
    readdirSync(join(dist, 'teams', team))
      .sort()
      .flatMap((file) => loadAll(readFileSync(join(dist, 'teams', team, file), 'utf8')) as Manifest[])
      .filter(({ kind }) => kind in APPLIED);
  return {
    cluster: join(dist, 'cluster'),
    teams: Array.from({ length: count }, (_, index) => objectsOf(`team-${index}`)),
    remove: () => rmSync(root, { recursive: true }),
  };
}

/** Creates the objects of teams, kind by kind, with the client of this repository. @returns how many */
export async function create(api: KubeApi, teams: SynthesizedTeams['teams']): Promise<number> {
  const all = teams.flat();
  for (const [kind, plural] of Object.entries(APPLIED)) {
    const left = all.filter((object) => object.kind === kind);
    const one = async (): Promise<void> => {
      for (let object = left.pop(); object !== undefined; object = left.pop()) {
        const ref: KindRef = { apiVersion: object.apiVersion, plural };
        const namespace = kind === WITHOUT_NAMESPACE ? undefined : object.metadata.namespace;
        await patiently(() => api.create(ref, namespace, object).catch(unlessThere));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  }
  return all.length;
}

/** An earlier try may have got through. */
function unlessThere(error: unknown): void {
  if (!isConflict(error)) throw error;
}
