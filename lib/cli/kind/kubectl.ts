import { setTimeout as sleep } from 'node:timers/promises';
import { program } from '../program';
import { during } from '../terminal';
import { KUBECONFIG } from './settings';

/** kubectl, for the cluster of `kind up` alone: the kubeconfig of the user is never touched. */

/** Runs kubectl. @returns what it printed */
export const kubectl = (...args: readonly string[]): Promise<string> =>
  program('kubectl', ['--kubeconfig', KUBECONFIG, ...args]);

/** Creates an object. It goes through standard input: everybody on this machine could read an argument. */
export const createObject = (object: object): Promise<string> =>
  program('kubectl', ['--kubeconfig', KUBECONFIG, 'create', '--filename', '-'], JSON.stringify(object));

/** Waits until a Deployment is available. */
export const waitForDeployment = (deployment: string, namespace: string): Promise<string> =>
  during(
    `wait for ${deployment} in ${namespace}`,
    kubectl(
      'wait',
      `deployment/${deployment}`,
      '--namespace',
      namespace,
      '--for=condition=Available',
      '--timeout=300s',
    ),
  );

/** The words of a server that is not there yet, as opposed to one that refuses. */
const UNREACHABLE = /refused|unable to connect|failed calling webhook|EOF|timeout/i;
const PAUSE_MS = 3000;

/** Repeats the work for about a minute, as long as the server is not there yet. */
export async function retryUnreachable(work: () => Promise<string>, retries = 20): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (retries === 0 || !UNREACHABLE.test((error as Error).message)) throw error;
    await sleep(PAUSE_MS);
    return retryUnreachable(work, retries - 1);
  }
}
