import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Team } from '../../fleet/model';
import { object } from '../../kube/object';
import { ANNOTATIONS, VERSION } from '../../words/labels';
import { digestOf, versionOf } from '../released';
import { appDeployment } from './app-deployment';
import { ownDeployment } from './own-deployment';
import type { EnvironmentApp } from './environment-apps';
import { environmentApps } from './environment-apps';

/**
 * Renders the Deployments of a team's apps, if Git rather than the pipelines owns them: of every app, with its digest and version
 * left open. `released` puts in what is released, and leaves out what is not.
 */
export function deployments(scope: Construct, team: Team): void {
  if (team.environment.deploy !== 'gitops') return;
  for (const namespace of team.environments)
    for (const entry of environmentApps(team, namespace)) deployment(scope, team, entry);
}

/** The version is for people who read the change; it is not on the pods, which are replaced for their image alone. */
function deployment(scope: Construct, team: Team, { app, stack }: EnvironmentApp): void {
  const image = `${app.image}@${digestOf(app.name)}`;
  if (app.deploy?.deployment) {
    const own = ownDeployment(team, stack, app, app.deploy.deployment, image);
    const { name, namespace, labels: given, annotations: more } = own.metadata;
    new ApiObject(scope, `own-Deployment-${stack.environment}-${app.name}`, {
      ...own,
      metadata: {
        name,
        namespace,
        labels: { ...given, [VERSION]: versionOf(app.name) },
        annotations: { ...more, [ANNOTATIONS.syncWave]: '4' },
      },
    });
    return;
  }
  const { metadata, spec } = appDeployment(team, stack, app, image);
  const labels = { ...metadata?.labels, [VERSION]: versionOf(app.name) };
  const annotations = { [ANNOTATIONS.syncWave]: '4' };
  object(scope, k8s.KubeDeployment, { name: app.name, namespace: stack.environment, labels, annotations }, { spec });
}
