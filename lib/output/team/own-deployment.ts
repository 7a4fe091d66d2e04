import type { OwnDeployment } from '../../fleet/own-deployment';
import type { App, Stack, Team } from '../../fleet/model';
import type { WrongField, WrongFieldsOf } from '../../fleet/rules/deployment-fields';
import { nearestField, wrongValues } from '../../kube/field-values';
import type { Manifest } from '../../kube/manifest';
import { unknownFields } from '../../kube/schema';
import { IMAGE_PLACEHOLDER } from '../../words/environment';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import { pullSecretsOf, stableLabels } from './app-labels';

/**
 * The Deployment of an app as its repository has it, with what synth says of each: its place, its labels, whose pods it finds, and the
 * image in place of `IMAGE`. Secrets that images are pulled with are those of the team, unless it names others.
 */
export function ownDeployment(
  team: Team,
  stack: Stack,
  app: App,
  { apiVersion, kind, metadata, spec }: OwnDeployment,
  image: string,
): Manifest {
  const { selector, labels } = stableLabels(team, stack, app);
  const { template } = spec;
  const pulls = pullSecretsOf(team);
  return {
    apiVersion,
    kind,
    metadata: {
      name: app.name,
      namespace: stack.environment,
      labels: { ...metadata.labels, [MANAGED_BY]: MANAGER, ...labels },
      ...(Object.keys(metadata.annotations).length > 0 && { annotations: metadata.annotations }),
    },
    spec: {
      ...spec,
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...template.metadata.labels, ...labels },
          ...(Object.keys(template.metadata.annotations).length > 0 && { annotations: template.metadata.annotations }),
        },
        spec: {
          ...(pulls.length > 0 && { imagePullSecrets: pulls }),
          ...template.spec,
          containers: template.spec.containers.map((container) =>
            container.image === IMAGE_PLACEHOLDER ? { ...container, image } : container,
          ),
        },
      },
    },
  };
}

/** Fields that Kubernetes does not know, which an API server drops in silence. They are told apart only in values of their kinds. */
export const unknownFieldsOf = (manifest: Manifest): readonly WrongField[] =>
  unknownFields(manifest).map((path) => ({
    path,
    message: 'is not a field of a Deployment',
    suggestion: nearestField(manifest, path),
  }));

/** Such fields, and before these the values that an API server refuses. */
export const wrongFieldsOf: WrongFieldsOf = ({ apiVersion, kind, metadata, spec }) => {
  const manifest = { apiVersion, kind, metadata, spec } as unknown as Manifest;
  // what synth says is not missing
  const wrong = wrongValues({ ...manifest, spec: { ...spec, selector: {} } });
  return wrong.length > 0 ? wrong : unknownFieldsOf(manifest);
};
