import type { Team } from '../fleet/model';
import { podTemplateOf } from '../output/pipelines/pod-templates';
import { resolveImages } from '../output/tasks/shared/images';
import { OWN_HOME, RESTRICTED, SMALL } from '../output/tasks/shared/steps';
import { surroundings } from '../output/tasks/shared/surroundings';
import { withPrelude } from '../tekton/every-step';
import { LABELS, MANAGED_BY, MANAGER } from '../words/labels';
import { accountName } from '../words/names';
import type { Finding } from './finding';
import { findings } from './finding';

/** Whether a pod of a team reaches the registry that its builds push to: through the same proxy, with the same trust. */

const found = findings('registry');
/** Each of these answers is one of a registry: it is open, wants a login, or wants another one. */
const ANSWERS: readonly string[] = ['200', '401', '403'];
const SECONDS = 20;
/** The container whose log says how it went. */
export const PROBE_CONTAINER = 'probe';
/** It stops by itself after so many seconds, should nobody be left to delete it. */
export const PROBE_LIFETIME = 120;

/** Where a registry answers whoever asks what it is. https://distribution.github.io/distribution/spec/api/#api-version-check */
export const registryOf = ({ pushRegistry, insecureRegistry }: Team): string =>
  `${insecureRegistry ? 'http' : 'https'}://${pushRegistry.split('/')[0]}/v2/`;

// curl says on the last line why it has failed, else the status is there
const SCRIPT = `#!/bin/sh
curl --silent --show-error --output /dev/null --max-time ${SECONDS} --write-out '%{http_code}\\n' -- "$REGISTRY" 2>&1
`;

/** A pod in the team's namespace that asks the registry once, scheduled and equipped as the steps of its runs are. */
export function probePod(team: Team): object {
  const { env, volumes, mounts, prelude } = surroundings(team);
  const { site, secrets, namespace, name } = team;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: 'tekton-dag-doctor-',
      namespace,
      labels: { [MANAGED_BY]: MANAGER, [LABELS.team]: name },
    },
    spec: {
      serviceAccountName: accountName('build'),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: PROBE_LIFETIME,
      terminationGracePeriodSeconds: 0,
      ...podTemplateOf(site),
      imagePullSecrets: secrets.names.imagePull.map((secret) => ({ name: secret })),
      containers: [
        {
          name: PROBE_CONTAINER,
          image: resolveImages(team)('kubectl'),
          command: ['/bin/sh', '-c', withPrelude(SCRIPT, prelude)],
          env: Object.entries({ ...OWN_HOME, ...env, REGISTRY: registryOf(team) }).map(([key, value]) => ({
            name: key,
            value,
          })),
          resources: SMALL,
          securityContext: RESTRICTED,
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...mounts],
        },
      ],
      volumes: [{ name: 'tmp', emptyDir: {} }, ...volumes],
    },
  };
}

const subjectOf = (team: Team): string => `${registryOf(team)} from ${team.namespace}`;
const REMEDY =
  "look at pushRegistry of the team, and at proxy, caBundle and network of the team and of the cluster's file (docs/cluster.md)";

/** @param log what the container has printed */
export function checkProbe(team: Team, log: string): readonly Finding[] {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const status = lines.at(-1)?.trim();
  if (status !== undefined && ANSWERS.includes(status)) return [];
  // without an answer curl says 000, and why before that
  const why = status === '000' ? lines.at(-2) : Number.isInteger(Number(status)) ? `it answers ${status}` : status;
  return [found('error', subjectOf(team), `is not reached: ${why ?? 'the pod has said nothing'}`, REMEDY)];
}

const notKnown = (team: Team, why: string, remedy: string): Finding =>
  found('error', subjectOf(team), `is not known to be reached: ${why}`, remedy);

/** A probe that came to no answer. */
export const withoutAnswer = (team: Team, why: string): Finding =>
  notKnown(team, why, `kubectl get events --namespace=${team.namespace} says why no pod began`);

/** A pod that is not even made; a run of the team would have none, either. */
export const refused = (team: Team, why: string): Finding =>
  notKnown(team, why, `make what the message names good in namespace ${team.namespace}: pods of runs are refused, too`);

/** The right to make pods is not everybody's. */
export const mayNotProbe = (team: Team, needs: string): Finding => ({
  ...found('note', subjectOf(team), `not checked: this needs ${needs}`),
  notChecked: true,
});

/** Without --probe nothing is made in the cluster. */
export const notProbed = (): Finding => ({
  ...found('note', 'registry', 'not tried: --probe asks it from a pod in the namespace of each team'),
  notChecked: true,
});
