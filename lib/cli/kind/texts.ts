import { resolve } from 'node:path';
import type { Team } from '../../fleet/model';
import { accountName } from '../../words/names';
import { isClone } from '../package';
import type { LocalCluster, Registry } from './local-cluster';
import { FOLDER, GIT, KUBECONFIG, REPOSITORIES } from './settings';
import { hasLocalOrchestrator } from './teams';

/** What `kind up` writes for a shell, and for a person. */

/** The variables of the cluster, for a shell and for `npm run test:e2e`. */
export const shellVariables = ({ local, name, port }: Registry): string =>
  Object.entries({
    KUBECONFIG: resolve(KUBECONFIG),
    CLUSTER_REGISTRY: local,
    CLUSTER_PUSH_REGISTRY: `${name}:${port}`,
    CLUSTER_GIT: `git://${GIT.name}`,
    CLUSTER_GIT_DIR: resolve(REPOSITORIES),
  })
    .map(([variable, value]) => `export ${variable}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('');

/**
 * What to do with the cluster.
 * @param secrets the lines that make those of the team that are not there
 */
export const nextSteps = (
  { tektonVersion, registry }: LocalCluster,
  team: Team,
  secrets: readonly string[],
): string => `
Kubernetes runs in Docker, with Tekton ${tektonVersion} and team ${team.name}. Next:

  . ${FOLDER}/env                     # this cluster for this shell
  kubectl get pipelines --namespace ${team.namespace}
${isClone() ? SAMPLE_APPS : ''}${hasLocalOrchestrator(team, registry) ? deliverySteps(team) : ''}${secrets.length > 0 ? secretSteps(secrets) : ''}
docs/local.md goes on from here; npx tekton-dag kind down removes it all.`;

const SAMPLE_APPS = `  npm run test:e2e -- 01- 02-           # builds and deploys three small apps
  kubectl port-forward --namespace e2e-staging service/originator 8080:80
                                        # then open http://localhost:8080
`;

const secretSteps = (lines: readonly string[]): string => `
Private repositories, and releases, need Secrets that are not there yet:

${lines.map((line) => `  ${line}`).join('\n')}
`;

const deliverySteps = ({ namespace, secrets }: Team): string => `
A delivery to its orchestrator, signed as GitHub signs it:

  kubectl port-forward --namespace ${namespace} service/${accountName('orchestrator')} 8081:80 &
  secret=$(kubectl get secret ${secrets.names.webhook} --namespace ${namespace} --output 'go-template={{.data.current | base64decode}}')
  signature=$(openssl dgst -sha256 -hmac "$secret" -r payload.json | cut -d ' ' -f 1)
  curl http://localhost:8081/webhook/github --data-binary @payload.json \\
    --header 'content-type: application/json' --header 'x-github-event: pull_request' \\
    --header "x-github-delivery: by-hand-$(date +%s)" --header "x-hub-signature-256: sha256=$signature"
`;
