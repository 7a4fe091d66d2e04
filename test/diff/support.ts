import { LABELS } from '../../lib/words/labels';
import type { Comparison } from '../../lib/diff/change';
import { compareFiles } from '../../lib/diff/files';
import type { Files } from '../../lib/diff/folder-pairs';
import type { Manifest } from '../../lib/kube/manifest';
import { toYaml } from '../../lib/kube/yaml';

/** Outputs of synth, small: `teams/<team>/objects.yaml`. */
export const output = (teams: Readonly<Record<string, readonly Manifest[]>>): Files =>
  new Map(
    Object.entries(teams).map(([team, objects]) => [
      team === 'cluster' ? 'cluster/objects.yaml' : `teams/${team}/objects.yaml`,
      toYaml(objects),
    ]),
  );

export const compare = (
  from: Readonly<Record<string, readonly Manifest[]>>,
  to: Readonly<Record<string, readonly Manifest[]>>,
): Comparison => compareFiles(output(from), output(to));

export const object = (
  kind: string,
  name: string,
  body: object = {},
  labels: Record<string, string> = {},
): Manifest => ({
  apiVersion: kind === 'Task' || kind === 'Pipeline' ? 'tekton.dev/v1' : 'v1',
  kind,
  metadata: {
    name,
    ...(kind !== 'Namespace' && { namespace: 'ci' }),
    labels: { 'app.kubernetes.io/managed-by': 'tekton-dag', ...labels },
  },
  ...body,
});

export const task = (spec: object = {}): Manifest => object('Task', 'build-maven', { spec });

/** A bootstrap Pipeline with a task for each app, each waiting for the one before. */
export const bootstrap = (
  stack: string,
  apps: readonly string[],
  toolchain = 'docker.io/library/maven:3.9.9',
): Manifest =>
  object(
    'Pipeline',
    `${stack}-bootstrap`,
    {
      spec: {
        tasks: apps.map((app, i) => ({
          name: `build-${app}`,
          params: [{ name: 'toolchain', value: toolchain }],
          ...(i > 0 && { runAfter: [`build-${apps[i - 1]}`] }),
          taskRef: { kind: 'Task', name: 'build-maven' },
        })),
      },
    },
    { [LABELS.pipeline]: 'bootstrap', [LABELS.stack]: stack },
  );
