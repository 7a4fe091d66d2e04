import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Report } from '../../lib/doctor/report';
import { Folder } from '../cli/folder';
import { tektonDag } from '../support/cli';
import { writeFleet } from '../support/deploy-only-fleet';
import type { ApiServer } from './api-server';
import { startApiServer } from './api-server';
import { kubectl } from './kubectl';

/** An API server without any kind of Tekton takes all that a cluster of role deploy holds, and doctor finds nothing amiss there. */

const { KUBEBUILDER_ASSETS: assets } = process.env;

// one of its own, without the kinds that the others share
if (assets) {
  let server: ApiServer;
  let folder: Folder;
  beforeAll(async () => {
    folder = new Folder();
    writeFleet(folder, 'sessions: true\n');
    expect(tektonDag(['synth'], { cwd: folder.path })).toMatchObject({ status: 0 });
    server = await startApiServer(assets);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  const ask = (...args: string[]): string => kubectl([...args, `--kubeconfig=${server.kubeconfig}`]);
  const parts = ['dist/cluster/production', 'dist/clusters/production/pay'];
  const apply = (): string[] =>
    parts.flatMap((part) =>
      ask('apply', '--server-side', '--validate=strict', '--output=name', '--filename', join(folder.path, part))
        .trim()
        .split('\n'),
    );
  const doctor = (): Report => {
    const args = ['doctor', '--cluster', 'production', '--format', 'json'];
    const { stdout, stderr } = tektonDag(args, { cwd: folder.path, env: { KUBECONFIG: server.kubeconfig } });
    expect(stderr).not.toContain('error');
    return JSON.parse(stdout) as Report;
  };

  it('takes every object', () => {
    expect(ask('get', 'customresourcedefinitions', '--output=name')).toBe('');
    const written = Object.entries(folder.output()).filter(([file]) =>
      parts.some((part) => file.startsWith(`/${part}/`)),
    );
    expect(apply()).toHaveLength(written.flatMap(([, text]) => loadAll(text)).length);
    expect(apply()).toContain('deployment.apps/till');
    expect(ask('get', 'deployments', '--namespace=pay-apps', '--output=name').trim().split('\n')).toEqual([
      'deployment.apps/tekton-dag-router',
      'deployment.apps/till',
    ]);
  });

  it('has all that doctor looks for, once the Secrets of the apps are there', () => {
    const missing = doctor();
    expect(missing.findings.flatMap(({ severity, subject }) => (severity === 'error' ? [subject] : [])).sort()).toEqual(
      ['ConfigMap pay-apps/till-mode', 'Secret pay-apps/pull', 'Secret pay-apps/till-db'],
    );
    const within = '--namespace=pay-apps';
    const config = join(folder.path, 'config.json');
    folder.write('config.json', '{"auths":{}}');
    ask('create', 'secret', 'generic', 'till-db', '--from-literal=url=u', within);
    ask('create', 'configmap', 'till-mode', '--from-literal=mode=m', within);
    ask(
      ...['create', 'secret', 'generic', 'pull', '--type=kubernetes.io/dockerconfigjson'],
      ...[`--from-file=.dockerconfigjson=${config}`, within],
    );
    const report = doctor();
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(report).toMatchObject({ cluster: 'production', teams: ['pay'], ok: true });
    const summaries = Object.fromEntries(report.checks.map(({ check, summary }) => [check, summary]));
    for (const check of ['tekton', 'queue', 'room', 'run-request', 'registry'])
      expect(summaries[check]).toBe('no pipelines run here, as the file of the cluster says: role deploy');
  });
}
