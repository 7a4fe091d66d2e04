import type { Document } from '../document';
import type { App, Stack } from '../model';
import { isForeignNamespace } from '../model';
import { podSecurity } from '../pod-security';
import { refusedByBaseline } from './baseline-pods';
import type { FleetReading, TeamReading } from '../reading';
import { show } from '../../words/phrase';
import type { Problem } from '../../words/problem';

/** Deployments of a repository's own, against the apps that name them. */
export const checkOwnDeployments = ({ teams, manifests }: Pick<FleetReading, 'teams' | 'manifests'>): Problem[] =>
  teams.flatMap((reading) =>
    reading.stacks.flatMap(({ stack, document }) =>
      stack.apps.flatMap((app, index) =>
        app.deploy === undefined
          ? []
          : [
              ...ofApp(reading, app, stack.apps, app.deploy.manifests, index, document, manifests),
              ...notAdmitted(reading, stack, manifests.get(app.deploy.manifests)?.document),
            ],
      ),
    ),
  );

function ofApp(
  { team, document: ofTeam }: TeamReading,
  app: App,
  apps: readonly App[],
  file: string,
  index: number,
  document: Document,
  manifests: FleetReading['manifests'],
): Problem[] {
  const path = ['apps', index, 'deploy', 'manifests'];
  const { document: source, value, problems } = manifests.get(file) ?? {};
  if (problems === undefined)
    return [
      document.error(path, 'no such file', {
        found: show(file),
        expected: 'a file of this repository, relative to its root, that holds a Deployment',
      }),
    ];
  // a name that is given twice is told there, and the file is of the app that one of them is to be
  const isOnce = apps.filter(({ name }) => name === app.name).length === 1;
  return [
    ...(value && source && isOnce && value.metadata.name !== app.name
      ? [
          source.error(
            ['metadata', 'name'],
            `the Deployment must be named \`${app.name}\`, after the app at ${document.at(path)}`,
            {
              found: show(value.metadata.name),
            },
          ),
        ]
      : []),
    ...(team.environment.deploy === 'gitops'
      ? []
      : [
          document.error(path, `is for teams whose apps Argo CD deploys, and runs deploy those of team ${team.name}`, {
            expected: `environment: { deploy: 'gitops' } in ${ofTeam.file}`,
          }),
        ]),
    ...SAID_THERE.flatMap((key) =>
      document.get(['apps', index, key]) === undefined
        ? []
        : [document.warning(['apps', index, key], `not used: the Deployment in ${file} says it`)],
    ),
  ];
}

/** What the namespace of the apps refuses on one of the clusters. What a namespace that is not ours admits is not known. */
function notAdmitted({ team, elsewhere }: TeamReading, { environment }: Stack, source: Document | undefined) {
  const isBaseline = [team, ...elsewhere].some((one) => podSecurity(one, environment) === 'baseline');
  return source === undefined || isForeignNamespace(environment) || !isBaseline
    ? []
    : refusedByBaseline(source, environment);
}

/** What synth writes into the Deployments that it makes, and nowhere else. */
const SAID_THERE = ['replicas', 'resources', 'probe', 'liveness', 'volumes', 'env', 'env-from'] as const;
