import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer, ApiServerOptions } from './api-server';
import { startApiServer } from './api-server';
import { kubectl } from './kubectl';

/** An API server that has the kinds of Tekton, and is interrupted, attacked or changed by one test alone. */

/** The folder with the CRDs that tests install. @throws if there is none */
export function crdsFolder(): string {
  const beside = join(__dirname, '../../../shared/crds');
  const folder = process.env.CRDS_DIR ?? (existsSync(beside) ? beside : undefined);
  if (folder === undefined)
    throw new Error(
      'set CRDS_DIR to a folder with the CustomResourceDefinitions of Tekton, External Secrets and the Gateway API',
    );
  return folder;
}

/** @param assets folder with the programs of a cluster, as KUBEBUILDER_ASSETS names it */
export async function startTektonServer(assets: string, options?: ApiServerOptions): Promise<ApiServer> {
  const server = await startApiServer(assets, options);
  try {
    const file = join(crdsFolder(), 'tekton.dev.yaml');
    kubectl(['apply', '--server-side', '--filename', file, `--kubeconfig=${server.kubeconfig}`]);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * A program beside jest that needs such an API server: ends the process by what `act` returns.
 * @param name as npm calls it
 */
export function playOnTektonServer(name: string, act: (server: ApiServer) => Promise<number>): void {
  const { KUBEBUILDER_ASSETS: assets, CI } = process.env;
  if (!assets) {
    console.error(`${name}: not run: KUBEBUILDER_ASSETS names no folder with etcd, kube-apiserver and kubectl`);
    process.exit(CI ? 1 : 0);
  }
  process.env.PATH = `${assets}:${process.env.PATH}`;
  exitWith(name, async () => {
    const server = await startTektonServer(assets);
    try {
      return await act(server);
    } finally {
      await server.stop();
    }
  });
}

/** Ends the process by what `main` returns, or tells why it could not. */
export function exitWith(name: string, main: () => Promise<number>): void {
  main().then(
    (code) => process.exit(code),
    (error: Error) => {
      console.error(`${name}: ${error.message}`);
      process.exit(1);
    },
  );
}
