import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { LABELS, MANAGED_BY, MANAGER } from '../contract/labels';
import type { Fleet, Team } from '../contract/model';
import { SHARED_NAMESPACE, accountName } from '../contract/names';
import type { Problem } from '../contract/problem';
import { InputError } from '../contract/problem';
import { checkAll } from '../kube/checks';
import type { ExistingObject } from '../kube/checks/inventory';
import type { Emitted, Manifest } from '../kube/manifest';
import { toYaml } from '../kube/yaml';
import { bootstrap } from '../pipelines/bootstrap';
import type { PipelineContext } from '../pipelines/context';
import { mergeRelease } from '../pipelines/merge-release';
import { prTest } from '../pipelines/pr-test';
import { verify } from '../pipelines/verify';
import { Catalogue } from '../tasks/catalogue';
import { resolveImages } from '../tasks/images';
import { access } from './access';
import { appsConfigMap } from './app-deployment';
import { clusterObjects } from './cluster';
import { environment, environmentWarnings } from './environment';
import { namespaces } from './namespace';
import { networkPolicies } from './network';
import { orchestrator } from './orchestrator';
import { externalSecrets, requiredSecrets } from './secrets';
import { storage } from './storage';
import { sweep } from './sweep';

/** Changes objects of a team before they are written. */
export type Customize = (objects: readonly ApiObject[]) => void;

export interface Synthesized {
  /** Text by path relative to the output's root. */
  readonly files: ReadonlyMap<string, string>;
  readonly objects: number;
  readonly warnings: readonly Problem[];
}

/** The objects of a team, file by file, and what they rely on that is not among them. */
interface TeamOutput {
  readonly files: ReadonlyMap<string, readonly Manifest[]>;
  readonly existing: readonly ExistingObject[];
}

/**
 * The whole output: `cluster/`, `teams/<team>/`, and `kind.yaml` with the cluster's objects and those of every team on a
 * Kind cluster (Kind names its contexts `kind-<cluster>`).
 * @param begin told of each team before it is made, with how many were made before it
 * @throws InputError with everything that the objects violate
 */
export function synthFleet(fleet: Fleet, customize: ReadonlyMap<string, Customize> = new Map(), begin: (team: Team, made: number) => void = () => {}): Synthesized {
  const cluster = synthCluster();
  const teams = fleet.teams.map((team, made) => {
    begin(team, made);
    return { team, ...synthTeam(team, customize.get(team.name)) };
  });
  const all = [cluster, ...teams.map(({ files }) => files)];
  const emitted = all.flatMap((files) => [...files].flatMap(([file, manifests]) => manifests.map((manifest): Emitted => ({ file, manifest }))));
  const problems = checkAll(emitted, { existing: teams.flatMap(({ existing }) => existing) });
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems);

  const local = teams.filter(({ team }) => team.cluster.startsWith('kind-')).flatMap(({ files }) => [...files.values()].flat());
  const files = new Map(all.flatMap((each) => [...each].map(([file, manifests]): [string, string] => [file, toYaml(manifests)])));
  if (local.length > 0) files.set('kind.yaml', toYaml([...[...cluster.values()].flat(), ...local]));
  return { files, objects: emitted.length, warnings: [...problems, ...fleet.teams.flatMap(environmentWarnings)] };
}

/** The objects of one team by file, unchecked. */
export function synthTeam(team: Team, customize?: Customize): TeamOutput {
  const app = new App();
  const images = resolveImages(team);
  const labels = { [MANAGED_BY]: MANAGER, [LABELS.team]: team.name };
  const chart = (id: string, namespace?: string) => new Chart(app, id, { namespace, labels, disableResourceNameHashes: true });

  namespaces(chart('00-namespace'), team);
  access(chart('10-access'), team);
  externalSecrets(chart('15-secrets'), team);
  storage(chart('20-storage'), team);
  networkPolicies(chart('25-network'), team);
  const catalogue = new Catalogue(chart('30-tasks', team.namespace), { team, images });
  for (const stack of team.stacks) stackObjects(chart(`40-${stack.name}`, team.namespace), { team, stack, tasks: catalogue });
  const place = chart('50-environment');
  environment(place, team, images);
  sweep(place, team, images);
  orchestrator(chart('60-orchestrator'), team, images);

  customize?.(app.node.findAll().filter((construct) => ApiObject.isApiObject(construct)));
  return {
    files: manifestsOf(app, `teams/${team.name}`),
    existing: [
      // what is optional nobody need make, yet its name must be one that we know
      ...requiredSecrets(team)
        .filter(({ optional }) => optional || team.secrets.backend === 'existing')
        .map(({ name, namespace }) => ({ kind: 'Secret', name, namespace })),
      ...(team.orchestrator.mode === 'shared' ? [{ kind: 'ServiceAccount', name: accountName('orchestrator'), namespace: SHARED_NAMESPACE }] : []),
      ...[...catalogue.externalTasks].map((name) => ({ kind: 'Task', name, namespace: team.namespace })),
    ],
  };
}

/** The Pipelines of a stack, and the ConfigMap that their Tasks look up at run time. */
function stackObjects(scope: Construct, context: PipelineContext): void {
  bootstrap(scope, context);
  prTest(scope, context);
  mergeRelease(scope, context);
  verify(scope, context);
  appsConfigMap(scope, context.team, context.stack);
}

function synthCluster(): ReadonlyMap<string, readonly Manifest[]> {
  const app = new App();
  clusterObjects(new Chart(app, 'tekton-dag', { labels: { [MANAGED_BY]: MANAGER }, disableResourceNameHashes: true }));
  return manifestsOf(app, 'cluster');
}

/** A file a chart; a chart without objects has none. Names of files sort as the objects must be applied. */
const manifestsOf = (app: App, folder: string): ReadonlyMap<string, readonly Manifest[]> =>
  new Map(app.charts.map((chart): [string, Manifest[]] => [`${folder}/${chart.node.id}.yaml`, chart.toJson() as Manifest[]]).filter(([, manifests]) => manifests.length > 0));
