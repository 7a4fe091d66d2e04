import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import { LABELS, MANAGED_BY, MANAGER } from '../../words/labels';
import { IMAGE_SCOPES } from '../../words/names';
import type { BackendCode } from '../backends/own';
import { askedBackend } from '../backends/own';
import type { ExistingObject } from '../checks/inventory';
import { withRemoval } from '../gitops/removal';
import type { ObjectsPart, TeamFile } from '../layout';
import { TEAM_FILES, YAML, folderOf, teamFileName } from '../layout';
import { bootstrap } from '../pipelines/bootstrap';
import type { PipelineContext } from '../pipelines/context';
import { mergeRelease } from '../pipelines/merge-release';
import { prTest } from '../pipelines/pr-test';
import { promote } from '../pipelines/promote';
import { verify } from '../pipelines/verify';
import { externalSecrets } from '../secrets/external-secrets';
import type { RequiredSecret } from '../secrets/required-secret';
import { distinct, isMade } from '../secrets/required-secret';
import { ownSecrets, teamSecrets } from '../secrets/secrets-of';
import { NO_BUILD_SECRET } from '../tasks/build/build-interface';
import type { Use } from '../tasks/catalogue';
import { Catalogue } from '../tasks/catalogue';
import { resolveImages } from '../tasks/shared/images';
import { caConfigMaps } from '../tasks/shared/surroundings';
import { access } from './access';
import { appsConfigMap } from './app-deployment';
import { deployedObjects } from './deployed';
import { givenToApps } from './app-references';
import { extendedManifests } from './customized';
import { deployments } from './deployments';
import { environment } from './environment';
import type { Extension, FleetCode } from './extension';
import { ingress } from './ingress';
import { localQueue } from './local-queue';
import { namespaces, namespacesOf } from './namespace';
import { networkPolicies } from './network';
import { orchestrator } from './orchestrator';
import { provenance } from './provenance';
import { repositories } from './repositories';
import { resultsAccess } from './results-access';
import { withSharedTasks } from './shared-tasks';
import { storage } from './storage';
import { sweep } from './sweep';
import { triggers, triggersAccess } from './triggers';

/** What one team's folder holds on the cluster that the team is on here, unchecked, with what is released left open. */
export function teamParts(team: Team, extension: Extension = {}): readonly ObjectsPart[] {
  const fleet = extension.fleet && withAskedBackend(extension.fleet, team);
  const app = new App();
  const files = new Map<string, TeamFile>();
  const chart = (file: TeamFile, namespace?: string, name?: string): Chart => {
    files.set(teamFileName(file, name), file);
    const labels = { [MANAGED_BY]: MANAGER, [LABELS.team]: team.name };
    return new Chart(app, teamFileName(file, name), { namespace, labels, disableResourceNameHashes: true });
  };
  const { existing, uses } = team.isDeployOnly ? renderApps(team, chart, fleet) : render(team, chart, fleet);
  if (seesObjects(extension)) deployedObjects(app, team);
  const { files: written, deployed } = extendedManifests(app, team, extension);
  return [...withSharedTasks(written, team, uses)].map(([file, objects]) => ({
    folder: folderOf('team', { team: team.name }),
    file: `${file}${YAML}`,
    owner: TEAM_FILES[files.get(file) as TeamFile].owner,
    team: team.name,
    clusters: [team.cluster],
    objects: objects.map((object) => withRemoval(object, team.removal)),
    ...(deployed.has(file) && { deployed: deployed.get(file) }),
    existing,
  }));
}

/** Whether code of the repository looks at objects, or changes them. */
const seesObjects = ({ own, fleet }: Extension): boolean =>
  [own, fleet?.customize, ...Object.values(fleet?.checks ?? {})].some((code) => code !== undefined);

/** The code of fleet.ts, whose backend has been asked for every app before anything is made. */
function withAskedBackend(fleet: FleetCode, team: Team): FleetCode {
  const backend = fleet.backends?.[team.interceptBackend];
  if (backend === undefined) return fleet;
  return { ...fleet, backends: { [team.interceptBackend]: askedBackend(backend, team, fleet.file) } };
}

type ChartOf = (file: TeamFile, namespace?: string, name?: string) => Chart;

interface Rendered {
  /** What the objects rely on that is not among them. */
  readonly existing: readonly ExistingObject[];
  /** The Tasks of the catalogue among them. */
  readonly uses: readonly Use[];
}

/** The apps of a team where none of its pipelines run. */
function renderApps(team: Team, chart: ChartOf, fleet: FleetCode | undefined): Rendered {
  const secrets = distinct(teamSecrets(team));
  namespaces(chart('namespace'), team);
  externalSecrets(chart('secrets'), secrets);
  networkPolicies(chart('network'), team);
  // what a team adds to the file of a stack has its place there
  for (const stack of team.stacks) chart('stack', stack.environment, stack.name);
  environment(chart('environment'), team, resolveImages(team), fleet);
  deployments(chart('apps'), team);
  return { existing: [...givenSecrets(secrets), ...givenToApps(team)], uses: [] };
}

/** What is optional nobody need make, yet its name must be one that we know. */
const givenSecrets = (secrets: readonly RequiredSecret[]): readonly ExistingObject[] =>
  secrets.filter((secret) => !isMade(secret)).map(({ name, namespace }) => ({ kind: 'Secret', name, namespace }));

function render(team: Team, chart: ChartOf, fleet: FleetCode | undefined): Rendered {
  const images = resolveImages(team);
  const secrets = distinct([...teamSecrets(team), ...ownSecrets(team, fleet?.secrets)]);
  namespaces(chart('namespace'), team);
  const accounts = chart('access');
  access(accounts, team);
  triggersAccess(accounts, team);
  resultsAccess(accounts, team);
  provenance(accounts, team);
  externalSecrets(chart('secrets'), secrets);
  storage(chart('storage'), team);
  networkPolicies(chart('network'), team);
  localQueue(chart('queue'), team);
  repositories(chart('repositories'), team);
  const catalogue = new Catalogue(chart('tasks', team.namespace), { team, images });
  for (const stack of team.stacks)
    stackObjects(
      chart('stack', team.namespace, stack.name),
      { team, stack, tasks: catalogue, addToPrTest: fleet?.prTest },
      fleet?.backends?.[team.interceptBackend],
    );
  triggers(chart('triggers'), team);
  const place = chart('environment');
  environment(place, team, images, fleet);
  sweep(place, team, images);
  deployments(chart('apps'), team);
  const service = chart('orchestrator');
  orchestrator(service, team, images);
  ingress(service, team);
  const existing = [
    ...givenSecrets(secrets),
    ...IMAGE_SCOPES.map((scope) => ({
      kind: 'Secret',
      name: `${NO_BUILD_SECRET}-${scope}`,
      namespace: team.namespace,
    })),
    ...caConfigMaps(team.site).flatMap((one) => namespacesOf(team).map((namespace) => ({ ...one, namespace }))),
    ...priorityClassOf(team),
    ...givenToApps(team),
    ...[...catalogue.externalTasks].map((name) => ({ kind: 'Task', name, namespace: team.namespace })),
  ];
  return { existing, uses: catalogue.uses };
}

/** The PriorityClass of the pods of runs, which whoever runs the cluster makes. */
const priorityClassOf = ({ site: { podTemplate } }: Team): readonly ExistingObject[] =>
  podTemplate?.priorityClass === undefined ? [] : [{ kind: 'PriorityClass', name: podTemplate.priorityClass }];

/** The Pipelines of a stack, and the ConfigMap that their Tasks look up at run time. */
function stackObjects(scope: Construct, context: PipelineContext, backend: BackendCode | undefined): void {
  bootstrap(scope, context);
  prTest(scope, context);
  mergeRelease(scope, context);
  promote(scope, context);
  verify(scope, context);
  appsConfigMap(scope, context.team, context.stack, backend);
}
