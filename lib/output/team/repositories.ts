import type { Construct } from 'constructs';
import {
  Repository,
  RepositorySpecSettingsPipelinerunProvenance as Provenance,
} from '../../../imports/pipelinesascode.tekton.dev';
import type { App, Team } from '../../fleet/model';
import { object } from '../../kube/object';
import { ANNOTATIONS, OF_LATER_KIND } from '../../words/labels';
import { webPlaceOf } from '../../words/git-address';
import { hash32 } from '../../words/names';

/**
 * Renders a Repository for each repository of a team, where Pipelines-as-Code of the cluster takes their events: what lies in `.tekton/`
 * there runs in the team's namespace, as many at once as the team may have runs. It is read from the default branch, since who opens a
 * pull request must not say what runs beside the team's Secrets.
 * https://pipelinesascode.com/docs/guide/repositorycrd/
 */
export function repositories(scope: Construct, team: Team): void {
  // the GitHub App speaks for repositories of GitHub
  if (!team.hasPipelinesAsCode || team.orchestrator.giteaURL !== undefined) return;
  const apps = team.stacks.flatMap((stack) => stack.apps);
  for (const url of new Set(apps.flatMap((app) => webAddress(team, app) ?? [])))
    object(
      scope,
      Repository,
      { name: nameOf(url), namespace: team.namespace, annotations: { [ANNOTATIONS.syncOptions]: OF_LATER_KIND } },
      {
        spec: {
          url,
          concurrencyLimit: team.maxConcurrentRuns,
          settings: { pipelinerunProvenance: Provenance.DEFAULT_UNDERSCORE_BRANCH },
        },
      },
    );
}

/** As webhooks name it. */
function webAddress({ git: { webURL } }: Team, { repo, cloneUrl }: App): string | undefined {
  if (webURL !== undefined) return `${webURL}/${repo}`;
  const place = webPlaceOf(cloneUrl);
  return place && `${place.origin}/${place.path}`;
}

/** `https://github.com/Acme/web` → `acme.web`; what is no name of an object gets one by its hash. */
function nameOf(url: string): string {
  const path = new URL(url).pathname.slice(1).toLowerCase().replaceAll('/', '.');
  const name = path.replace(/[^a-z0-9.-]+/g, '-');
  return name === path && name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 7)}-${hash32(url, 6)}`;
}
/** It becomes the value of a label of runs. */
const NAME_MAX = 63;
