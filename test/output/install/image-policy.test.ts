import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';
import { synthFleet } from '../../../lib/output/synth';
import { app, fixture, resolve, stackFile, team } from '../../fleet/support';
import { find as inOutput, objectsOf, permits } from '../gitops/controller';
import { PUBLIC_KEY } from './public-key';

/** What the sigstore policy-controller is told of the images of a cluster's apps. */

const RELEASE = { ...fixture('tekton', 'chains.yaml'), file: 'vendor/chains.yaml' };
const signing = (name: string, more = '') => ({
  file: `clusters/${name}.yaml`,
  text: `name: ${name}\nchains: { release: vendor/chains.yaml, publicKey: ${JSON.stringify(PUBLIC_KEY)} }\n${more}`,
});
const POLICY = 'imagePolicy: { mode: enforce }\n';

/** A team that releases on one cluster and is promoted to another, which signs nothing itself. */
const output = (() => {
  const { fleet, said } = resolve({
    clusters: [signing('ci', POLICY), { file: 'clusters/live.yaml', text: `name: live\n${POLICY}` }],
    releases: [RELEASE],
    teams: [
      team('alpha', ['alpha'], {
        cluster: 'ci',
        clusters: ['live'],
        environment: { namespace: 'alpha-apps', deploy: 'gitops' },
      }),
    ],
    stacks: [stackFile('alpha', [app('web'), app('api', 'propagation-role: terminal', 'acme/api')])],
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
})();
const policies = (cluster: string): readonly Manifest[] =>
  objectsOf(output, `install/${cluster}/`).filter(({ kind }) => kind === 'ClusterImagePolicy');

it('has a policy for the released image of each app, by tag and by digest, and of no other', () => {
  expect(policies('ci').map(({ metadata: { name }, spec }) => [name, at(spec, 'mode'), at(spec, 'images')])).toEqual([
    [
      'tekton-dag-alpha-web',
      'enforce',
      [{ glob: 'registry.example.com/alpha/web@**' }, { glob: 'registry.example.com/alpha/web:**' }],
    ],
    [
      'tekton-dag-alpha-api',
      'enforce',
      [{ glob: 'registry.example.com/alpha/api@**' }, { glob: 'registry.example.com/alpha/api:**' }],
    ],
  ]);
});

it('asks for a push of the repository of the app, signed by the builder that the cluster is', () => {
  const [, api] = policies('ci') as [Manifest, Manifest];
  expect(at(api, 'spec', 'authorities')).toEqual([
    {
      name: 'ci',
      key: { data: PUBLIC_KEY, hashAlgorithm: 'sha256' },
      attestations: [
        {
          name: 'provenance',
          predicateType: 'https://slsa.dev/provenance/v1',
          policy: {
            type: 'rego',
            data: `package sigstore

import rego.v1

default isCompliant := false

isCompliant if {
	input.predicateType == "https://slsa.dev/provenance/v1"
	input.predicate.runDetails.builder.id == "https://tekton-dag.io/clusters/ci"
	run := input.predicate.buildDefinition.externalParameters.runSpec
	run.serviceAccountName == "tekton-dag-push"
	run.taskRef.name == "push-image"
	not run.taskRef.resolver
	some source in input.predicate.buildDefinition.resolvedDependencies
	source.uri == "git+https://github.com/acme/api.git"
}
`,
          },
        },
      ],
    },
  ]);
});

it('takes the word of the cluster that releases on a cluster that is promoted to', () => {
  expect(policies('live').map(({ spec }) => spec)).toEqual(policies('ci').map(({ spec }) => spec));
});

it('is asked in the namespaces of apps, and not where the runs are', () => {
  const labels = (name: string) =>
    [...objectsOf(output, 'teams/alpha'), ...objectsOf(output, 'clusters/')].find(
      ({ kind, metadata }) => kind === 'Namespace' && metadata.name === name,
    )?.metadata.labels;
  expect(labels('alpha-apps')).toMatchObject({ 'policy.sigstore.dev/include': 'true' });
  expect(labels('ci-alpha')).not.toHaveProperty('policy.sigstore.dev/include');
});

it('may be applied by Argo CD', () => {
  const application = inOutput(output, 'Application', 'tekton-dag.live.install');
  for (const policy of policies('live'))
    expect([policy.metadata.name, permits(output, application, policy)]).toEqual([policy.metadata.name, true]);
});
