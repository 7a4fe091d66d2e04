import type { Construct } from 'constructs';
import type { Builder } from '../../fleet/chains';
import type { App, Team } from '../../fleet/model';
import { wireKind } from '../../kube/emit';
import { object } from '../../kube/object';
import { LABELS } from '../../words/labels';
import { OWN_PREFIX, accountName, clusterPart, imagePath } from '../../words/names';
import { PREDICATE_TYPE, PUSH_IMAGE, sourceUri } from '../../words/provenance';

/** The fields that are written here, by hand: the project generates no types of the kinds of the policy-controller. */
interface ClusterImagePolicySpec {
  readonly mode: 'warn' | 'enforce';
  readonly images: readonly { readonly glob: string }[];
  readonly authorities: readonly object[];
}
const ClusterImagePolicy = wireKind<ClusterImagePolicySpec>('policy.sigstore.dev/v1beta1', 'ClusterImagePolicy');

/**
 * Renders what the sigstore policy-controller asks of the released images of apps, a ClusterImagePolicy each: that a cluster of the
 * team has signed that it pushed the image, and of which repository. It asks it of pods, and of what makes pods, in namespaces
 * with the label that `namespaces` gives those of the apps; and nothing of images that no policy names.
 * https://docs.sigstore.dev/policy-controller/overview/
 */
export function imagePolicies(
  scope: Construct,
  { mode }: { readonly mode: 'warn' | 'enforce' },
  teams: readonly Team[],
): void {
  for (const team of teams.filter(({ builders }) => builders.length > 0)) {
    const apps = new Map(
      team.stacks.flatMap((stack) => stack.apps.map((app) => [app.name, { app, registry: stack.registry.pull }])),
    );
    for (const { app, registry } of apps.values()) {
      const image = imagePath(registry, 'release', app.name);
      object(
        scope,
        ClusterImagePolicy,
        {
          name: `${OWN_PREFIX}${team.name}-${app.name}`,
          namespace: undefined,
          labels: { [LABELS.team]: team.name },
        },
        {
          spec: {
            mode,
            images: [{ glob: `${image}@**` }, { glob: `${image}:**` }],
            authorities: team.builders.map((builder) => authority(builder, app)),
          },
        },
      );
    }
  }
}

/** One of them is enough: each is a builder of the team. */
const authority = (builder: Builder, app: App) => ({
  name: clusterPart(builder.cluster),
  key: { data: builder.publicKey, hashAlgorithm: 'sha256' },
  attestations: [
    {
      name: 'provenance',
      predicateType: PREDICATE_TYPE,
      policy: { type: 'rego', data: provenancePolicy(builder, app) },
    },
  ],
});

/** In Rego, where what is not there is not so: in CUE it would be. https://www.openpolicyagent.org/docs/policy-language */
const provenancePolicy = ({ id }: Builder, { cloneUrl }: App): string => `package sigstore

import rego.v1

default isCompliant := false

isCompliant if {
	input.predicateType == "${PREDICATE_TYPE}"
	input.predicate.runDetails.builder.id == ${JSON.stringify(id)}
	run := input.predicate.buildDefinition.externalParameters.runSpec
	run.serviceAccountName == "${accountName('push')}"
	run.taskRef.name == "${PUSH_IMAGE}"
	not run.taskRef.resolver
	some source in input.predicate.buildDefinition.resolvedDependencies
	source.uri == ${JSON.stringify(sourceUri(cloneUrl))}
}
`;
