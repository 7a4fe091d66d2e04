import { App, Chart, Testing } from 'cdk8s';
import type { ObjectsPart } from '../../../lib/output/layout';
import { clusterApplications } from '../../../lib/output/gitops/applications';

const SHARED: readonly ObjectsPart[] = [
  { folder: 'cluster', file: 'tekton-dag.yaml', owner: 'platform', clusters: 'all', objects: [], existing: [] },
];

it('makes of clusters an ApplicationSet that is this on the wire', () => {
  const chart = new Chart(new App(), 'applications');
  clusterApplications(chart, { repoURL: 'https://github.com/acme/platform.git', revision: 'main' }, ['one'], SHARED);
  expect(Testing.synth(chart)).toMatchInlineSnapshot(`
    [
      {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "metadata": {
          "annotations": {
            "argocd.argoproj.io/sync-options": "Delete=confirm,Prune=confirm",
          },
          "name": "tekton-dag-clusters",
          "namespace": "argocd",
        },
        "spec": {
          "generators": [
            {
              "list": {
                "elements": [
                  {
                    "application": "tekton-dag.one",
                    "cluster": "one",
                    "folder": "dist/cluster",
                  },
                ],
              },
            },
          ],
          "goTemplate": true,
          "goTemplateOptions": [
            "missingkey=error",
          ],
          "syncPolicy": {
            "applicationsSync": "create-update",
            "preserveResourcesOnDeletion": false,
          },
          "template": {
            "metadata": {
              "annotations": {
                "argocd.argoproj.io/manifest-generate-paths": ".",
              },
              "finalizers": [
                "resources-finalizer.argocd.argoproj.io",
              ],
              "name": "{{ .application }}",
            },
            "spec": {
              "destination": {
                "name": "{{ .cluster }}",
              },
              "project": "tekton-dag",
              "source": {
                "directory": {
                  "include": "*.yaml",
                },
                "path": "{{ .folder }}",
                "repoURL": "https://github.com/acme/platform.git",
                "targetRevision": "main",
              },
              "syncPolicy": {
                "automated": {
                  "allowEmpty": false,
                  "enabled": true,
                  "prune": true,
                  "selfHeal": true,
                },
                "retry": {
                  "backoff": {
                    "duration": "10s",
                    "factor": 2,
                    "maxDuration": "3m",
                  },
                  "limit": -1,
                  "refresh": true,
                },
                "syncOptions": [
                  "ServerSideApply=true",
                  "ApplyOutOfSyncOnly=true",
                ],
              },
            },
          },
        },
      },
    ]
  `);
});
