import type { Construct } from 'constructs';
import type {
  ApplicationSetSpecGenerators,
  ApplicationSetSpecTemplateSpec,
  ApplicationSpec,
} from '../../../imports/argoproj.io';
import {
  Application,
  ApplicationSet,
  ApplicationSetSpecSyncPolicyApplicationsSync as ApplicationsSync,
} from '../../../imports/argoproj.io';
import { ANNOTATIONS, LABELS } from '../../words/labels';
import { APPLICATION_SUFFIXES, ARGOCD_NAMESPACE, PLATFORM_PROJECT, clusterPart, teamProject } from '../../words/names';
import { object } from '../../kube/object';
import type { ObjectsPart } from '../layout';
import { ALL_FILES, INDEX_FILES, filesOf, folderOf, inRepository } from '../layout';
import type { IndexKey } from './index-entry';
import { FINALIZER } from './project';

/** The repository that Argo CD reads. */
export interface Repository {
  readonly repoURL: string;
  readonly revision: string;
}

const param = (key: IndexKey): string => `{{ .${key} }}`;

/**
 * What Git says is applied, what it no longer says is deleted, what somebody changes is changed back. An empty folder is taken
 * for a mistake: nothing is deleted for it. A team's application may come before its namespace, or before Tekton: it tries again
 * until it works.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
 */
const SYNC_POLICY = {
  automated: { enabled: true, prune: true, selfHeal: true, allowEmpty: false },
  // refresh: the next try takes the newest commit, which may be the one that fixes it
  retry: { limit: -1, refresh: true, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
  syncOptions: [
    // a Task is larger than the annotation of client-side apply may be
    'ServerSideApply=true',
    // of a thousand objects a commit changes few
    'ApplyOutOfSyncOnly=true',
    // not FailOnSharedResource: what a team kept under its former name bears that application's, and would never be taken over
  ],
};

/** The files of one folder as they are; nothing is rendered at sync. */
const source = (
  { repoURL, revision }: Repository,
  path: string,
  include: string,
): ApplicationSetSpecTemplateSpec['source'] => ({
  repoUrl: repoURL,
  targetRevision: revision,
  path,
  directory: { include },
});

interface Template {
  readonly name: string;
  readonly labels?: Record<string, string>;
  /** Of the source's folder, what the application is made of: a commit elsewhere is none of its business. */
  readonly madeOf?: string;
  readonly spec: Pick<ApplicationSetSpecTemplateSpec, 'project' | 'source' | 'destination'>;
}

/**
 * An ApplicationSet whose applications live and die with what its generator finds. It is not deleted without a person's
 * approval: all of its applications would be, and all they made.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/
 */
function applicationSet(
  scope: Construct,
  name: string,
  generator: ApplicationSetSpecGenerators,
  template: Template,
  { sync = ApplicationsSync.SYNC, wave }: { readonly sync?: ApplicationsSync; readonly wave?: string } = {},
): void {
  const metadata = {
    name,
    namespace: ARGOCD_NAMESPACE,
    annotations: {
      [ANNOTATIONS.syncOptions]: 'Delete=confirm,Prune=confirm',
      ...(wave !== undefined && { [ANNOTATIONS.syncWave]: wave }),
    },
  };
  object(scope, ApplicationSet, metadata, {
    spec: {
      goTemplate: true,
      // a key that an index file lacks is an error, not the text `<no value>`
      goTemplateOptions: ['missingkey=error'],
      generators: [generator],
      syncPolicy: { applicationsSync: sync, preserveResourcesOnDeletion: false },
      template: {
        metadata: {
          name: template.name,
          labels: template.labels,
          annotations: { [ANNOTATIONS.manifestGeneratePaths]: template.madeOf ?? '.' },
          finalizers: [FINALIZER],
        },
        spec: { ...template.spec, syncPolicy: SYNC_POLICY },
      },
    },
  });
}

/**
 * An application of each file. A team that is new is found twice: the first time its project is not there yet. So Argo CD looks
 * each minute instead of each third one.
 */
const eachFile = ({ repoURL, revision }: Repository, path: string): ApplicationSetSpecGenerators => ({
  git: { repoUrl: repoURL, revision, files: [{ path }], requeueAfterSeconds: 60 },
});

/** After the installations of clusters and the Tasks that teams share, which are in wave 0. */
const AFTER_INSTALLATIONS = '1';

/**
 * The two applications of each team on each of its clusters, by the files of `index/`.
 * @param isAfter whether something is installed before: what a team owns is of kinds of Tekton
 */
export function teamApplications(scope: Construct, repository: Repository, isAfter: boolean): void {
  const generator = eachFile(repository, inRepository(INDEX_FILES));
  const labels = { [LABELS.team]: param('team') };
  const destination = { name: param('cluster'), namespace: param('namespace') };
  const set = (name: string, suffix: string, project: string, include: string, wave?: string): void =>
    applicationSet(
      scope,
      name,
      generator,
      {
        name: `${param('application')}${suffix}`,
        labels,
        spec: { project, source: source(repository, param('folder'), include), destination },
      },
      { wave },
    );
  set('tekton-dag-platform', `.${APPLICATION_SUFFIXES.platform}`, PLATFORM_PROJECT, filesOf('platform'));
  const wave = isAfter ? AFTER_INSTALLATIONS : undefined;
  set('tekton-dag-teams', '', teamProject(param('team')), filesOf('team'), wave);
}

/** For each cluster an application of what all hold on which pipelines run, and one of its orchestrator where teams share it. */
export function clusterApplications(
  scope: Construct,
  repository: Repository,
  clusters: readonly string[],
  parts: readonly ObjectsPart[],
): void {
  const name = (cluster: string): string => `${PLATFORM_PROJECT}.${clusterPart(cluster)}`;
  const own = clusters.filter((cluster) => parts.some(({ folder }) => folder === folderOf('cluster', { cluster })));
  const shared = folderOf('allClusters', {});
  const holds = (cluster: string) => (part: ObjectsPart) =>
    part.folder === shared && (part.clusters === 'all' || part.clusters.includes(cluster));
  const elements = [
    ...clusters
      .filter((cluster) => parts.some(holds(cluster)))
      .map((cluster) => ({ cluster, application: name(cluster), folder: inRepository(shared) })),
    ...own.map((cluster) => ({
      cluster,
      application: `${name(cluster)}.orchestrator`,
      folder: inRepository(folderOf('cluster', { cluster })),
    })),
  ];
  applicationSet(
    scope,
    'tekton-dag-clusters',
    { list: { elements } },
    {
      name: param('application'),
      spec: {
        project: PLATFORM_PROJECT,
        source: source(repository, param('folder'), ALL_FILES),
        destination: { name: param('cluster') },
      },
    },
    // with the last team of a cluster its definitions would go, and with these every request; a person deletes the application
    { sync: ApplicationsSync.CREATE_HYPHEN_UPDATE },
  );
}

/**
 * For each cluster an application of what it installs, or of the Tasks that its teams share, in a project of its own. It is no
 * ApplicationSet's: Argo CD can wait for an application, and not for those of a set. A person deletes it: with the definitions of
 * Tekton every run would go, and without its Tasks none ends.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app
 */
export function applicationsBefore(
  scope: Construct,
  repository: Repository,
  project: string,
  what: 'install' | 'tasks',
  clusters: readonly string[],
): void {
  for (const cluster of clusters) {
    const spec: ApplicationSpec = {
      project,
      source: source(repository, inRepository(folderOf(what, { cluster })), ALL_FILES) as ApplicationSpec['source'],
      destination: { name: cluster },
      syncPolicy: SYNC_POLICY,
    };
    const metadata = {
      name: `${PLATFORM_PROJECT}.${clusterPart(cluster)}.${APPLICATION_SUFFIXES[what]}`,
      namespace: ARGOCD_NAMESPACE,
      annotations: { [ANNOTATIONS.manifestGeneratePaths]: '.', [ANNOTATIONS.syncOptions]: 'Prune=false,Delete=false' },
      finalizers: [FINALIZER],
    };
    object(scope, Application, metadata, { spec });
  }
}

/** Argo CD's own objects, in Argo CD's own cluster. */
const ARGOCD = { name: 'in-cluster', namespace: ARGOCD_NAMESPACE };

/**
 * An application a team, of its project, made by the very file of it. Not one for all: a project goes only after its
 * applications, and a sync that deletes it waits for that; for one team it may wait, for its removal is yet to be approved.
 */
export function projectApplications(scope: Construct, repository: Repository, folder: string, project: string): void {
  const path = inRepository(folder);
  const file = '{{ .path.filename }}';
  applicationSet(scope, 'tekton-dag-projects', eachFile(repository, `${path}/${ALL_FILES}`), {
    name: `{{ .metadata.name }}.${APPLICATION_SUFFIXES.project}`,
    madeOf: file,
    spec: { project, source: source(repository, path, file), destination: ARGOCD },
  });
}

/**
 * The application of the ApplicationSets, and of itself: for those who apply one file by hand and leave the rest to Argo CD.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
 */
export function rootApplication(scope: Construct, repository: Repository, folder: string, project: string): void {
  const spec: ApplicationSpec = {
    project,
    source: source(repository, inRepository(folder), ALL_FILES) as ApplicationSpec['source'],
    destination: ARGOCD,
    syncPolicy: SYNC_POLICY,
  };
  const annotations = {
    [ANNOTATIONS.manifestGeneratePaths]: '.',
    // where Argo CD is told to wait for applications, it would wait for itself
    [ANNOTATIONS.syncWave]: AFTER_INSTALLATIONS,
  };
  object(scope, Application, { name: PLATFORM_PROJECT, namespace: ARGOCD_NAMESPACE, annotations }, { spec });
}
