import type { ClusterFile } from '../cluster';
import type { Document } from '../document';
import { hasOwnOrchestrator } from '../model';
import { orchestratorHost } from '../orchestrator-host';
import type { TeamReading } from '../reading';
import type { Problem } from '../../words/problem';

/** Whether browsers find what people sign in to: the provider leads them back there. */

const URL_OF = ['orchestrator', 'signIn', 'url'];
const nowhere = (document: Document, cluster: string): Problem =>
  document.error(
    URL_OF,
    `is missing: cluster '${cluster}' says no ingress.domain, so nothing says where browsers find the orchestrator`,
    { expected: 'an address such as https://tekton-dag.example.com' },
  );

/** Of the orchestrators that a team has of its own. */
export const checkSignInOfTeam = ({ team, elsewhere, document }: TeamReading): readonly Problem[] =>
  [team, ...elsewhere]
    .filter(hasOwnOrchestrator)
    .filter((each) => isNowhere(each.orchestrator.signIn, orchestratorHost(each)))
    .map(({ cluster }) => nowhere(document, cluster));

/** Of the one that the teams of a cluster share. */
export const checkSignInOfCluster = (
  document: Document,
  { name, orchestrator, ingress }: ClusterFile,
): readonly Problem[] => (isNowhere(orchestrator?.signIn, ingress?.domain) ? [nowhere(document, name)] : []);

const isNowhere = (signIn: { readonly url?: string } | undefined, host: string | undefined): boolean =>
  signIn !== undefined && signIn.url === undefined && host === undefined;
