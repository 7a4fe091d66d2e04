import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
      return await jest({ KUBECONFIG: server.kubeconfig, PATH: `${assets}:${process.env.PATH}`, ...crds() });
    } finally {
      await server.stop();
    }
  }
  if (kubeconfig) return jest({});
  console.error('test:cluster: not run: neither KUBEBUILDER_ASSETS (a folder with etcd, kube-apiserver and kubectl) nor KUBECONFIG is set');
  return CI ? 1 : 0;
}

/** CRDs for an empty cluster; one that KUBECONFIG names has its own, unless CRDS_DIR says otherwise. */
const crds = (): NodeJS.ProcessEnv => {
  const beside = join(ROOT, '../shared/crds');
  const dir = process.env.CRDS_DIR ?? (existsSync(beside) ? beside : undefined);
  if (dir === undefined) throw new Error('set CRDS_DIR to a folder with the CustomResourceDefinitions of Tekton, External Secrets and the Gateway API');
  return { CRDS_DIR: dir };
};

const jest = (env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const args = [join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', join(ROOT, 'jest.cluster.config.js'), '--runInBand', ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: ROOT, env: { ...process.env, ...env } });
    // an interrupt reaches jest by itself; staying alive lets it end first, and the API server after it
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`test:cluster: ${error.message}`);
    process.exit(1);
  },
);
