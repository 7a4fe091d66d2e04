import type { Construct } from 'constructs';
import type { Builder } from '../../fleet/chains';
import type { App, Team } from '../../fleet/model';
import { wireKind } from '../../kube/emit';
import { object } from '../../kube/object';
import { LABELS } from '../../words/labels';
import { OWN_PREFIX, accountName, clusterPart, imagePath } from '../../words/names';
import { PREDICATE_TYPE, PUSH_IMAGE, sourceUri } from '../provenance';

/** The fields that are written here, by hand: the project generates no types of the kinds of the policy-controller. */
interface ClusterImagePolicy {
  readonly spec: {
    readonly mode: 'warn' | 'enforce';
    readonly images: readonly { readonly glob: string }[];
    readonly authorities: readonly object[];
  };
}
const CLUSTER_IMAGE_POLICY = wireKind<ClusterImagePolicy>('policy.sigstore.dev/v1beta1', 'ClusterImagePolicy');

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
        CLUSTER_IMAGE_POLICY,
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
      policy: { type: 'cue', data: provenancePolicy(builder, app) },
    },
  ],
});

/** In CUE, whose texts in quotes are those of JSON. https://cuelang.org/docs/ */
const provenancePolicy = ({ id }: Builder, { cloneUrl }: App): string => `predicateType: "${PREDICATE_TYPE}"
predicate: {
	buildDefinition: externalParameters: runSpec: {
		serviceAccountName: "${accountName('push')}"
		taskRef: name: "${PUSH_IMAGE}"
	}
	runDetails: builder: id: ${JSON.stringify(id)}
}
_sources: [for one in predicate.buildDefinition.resolvedDependencies if one.uri == ${JSON.stringify(sourceUri(cloneUrl))} {one}]
_sources: [_, ...]
`;
