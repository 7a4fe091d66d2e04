import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '../support/jest';
import { startApiServer } from './api-server';

const ROOT = join(__dirname, '../..');

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
        ...crds(),
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

/** CRDs for an empty cluster; one that KUBECONFIG names has its own, unless CRDS_DIR says otherwise. */
const crds = (): NodeJS.ProcessEnv => {
  const beside = join(ROOT, '../shared/crds');
  const dir = process.env.CRDS_DIR ?? (existsSync(beside) ? beside : undefined);
  if (dir === undefined)
    throw new Error(
      'set CRDS_DIR to a folder with the CustomResourceDefinitions of Tekton, External Secrets and the Gateway API',
    );
  return { CRDS_DIR: dir };
};

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`test:cluster: ${error.message}`);
    process.exit(1);
  },
);
