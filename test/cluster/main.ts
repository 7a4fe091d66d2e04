import { jest } from '../support/jest';
import { startApiServer } from './api-server';
import { crdsFolder, exitWith } from './tekton-server';

/**
 * `npm run test:cluster [jest options]`: the tests of this folder against a real API server. Its programs come from
 * KUBEBUILDER_ASSETS; without that, the cluster of KUBECONFIG is used and keeps what the tests apply.
 */
async function main(): Promise<number> {
  const { KUBEBUILDER_ASSETS: assets, KUBECONFIG: kubeconfig, CI } = process.env;
  if (assets) {
    const server = await startApiServer(assets);
    try {
      return await jest('jest.cluster.config.js', process.argv.slice(2), {
        KUBECONFIG: server.kubeconfig,
        PATH: `${assets}:${process.env.PATH}`,
        CRDS_DIR: crdsFolder(),
      });
    } finally {
      await server.stop();
    }
  }
  if (kubeconfig) return jest('jest.cluster.config.js', process.argv.slice(2), {});
  console.error(
    'test:cluster: not run: neither KUBEBUILDER_ASSETS (a folder with etcd, kube-apiserver and kubectl) nor KUBECONFIG is set',
  );
  return CI ? 1 : 0;
}

exitWith('test:cluster', main);
