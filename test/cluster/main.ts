import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startApiServer } from './api-server';

/**
 * `npm run test:cluster [jest options]`: the tests of this folder against a real API server. Its programs come from
 * KUBEBUILDER_ASSETS; without that, the cluster of KUBECONFIG is used and keeps what the tests apply.
 */
async function main(): Promise<number> {
  const { KUBEBUILDER_ASSETS: assets, KUBECONFIG: kubeconfig, CI } = process.env;
  if (assets) {
    const server = await startApiServer(assets);
    try {
      return await jest({ KUBECONFIG: server.kubeconfig, PATH: `${assets}:${process.env.PATH}` });
    } finally {
      await server.stop();
    }
  }
  if (kubeconfig) return jest({});
  console.error('test:cluster: not run: neither KUBEBUILDER_ASSETS (a folder with etcd, kube-apiserver and kubectl) nor KUBECONFIG is set');
  return CI ? 1 : 0;
}

const jest = (env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const root = join(__dirname, '../..');
    const args = [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(root, 'jest.cluster.config.js'), '--runInBand', ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: root, env: { ...process.env, ...env } });
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
