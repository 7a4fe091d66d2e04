import { App, Chart } from 'cdk8s';
import { Param } from '../../lib/tekton/param';
import { Pipeline } from '../../lib/tekton/pipeline';
import { Result, Task } from '../../lib/tekton/task';

/** A chart in a namespace, to put constructs into. */
export const chart = (): Chart => new Chart(new App(), 'chart', { namespace: 'team' });

export const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '1', memory: '32Mi' } };

/** A Task with a param of every type, one optional, and a result of every type. */
export const builder = (scope: Chart) =>
  new Task(scope, 'builder', {
    description: 'Builds',
    params: {
      app: Param.string(),
      flags: Param.array({ default: [] }),
      versions: Param.object(['node', 'npm'], { default: { node: '22', npm: '10' } }),
    },
    results: { DIGEST: Result.string('what was built'), FILES: Result.array('what is in it') },
    workspaces: { source: { description: 'the source' }, cache: { description: 'reused', optional: true } },
    steps: ({ params }) => [
      {
        name: 'build',
        image: 'example.com/tool:1.0',
        script: '#!/bin/sh\ntrue\n',
        resources,
        env: { APP: params.app },
        results: ['DIGEST', 'FILES'],
        args: params.flags,
      },
    ],
  });

/** A Task that takes a digest. */
export const deployer = (scope: Chart) =>
  new Task(scope, 'deployer', {
    description: 'Deploys',
    params: { digest: Param.string(), files: Param.array({ default: [] }) },
    steps: ({ params }) => [
      {
        name: 'deploy',
        image: 'example.com/tool:1.0',
        script: '#!/bin/sh\ntrue\n',
        resources,
        env: { DIGEST: params.digest },
      },
    ],
  });

export const pipeline = (scope: Chart, name = 'all') =>
  new Pipeline(scope, name, {
    description: 'All',
    params: { revision: Param.string(), apps: Param.array(), revisions: Param.object(['cart']) },
    workspaces: { source: { description: 'shared' } },
  });
