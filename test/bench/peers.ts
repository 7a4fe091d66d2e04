import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listenerFigures } from './peers/listeners';
import { renderFigures } from './peers/render';
import { report } from './report';

/** `npm run bench -- peers --with DIR`: tekton-dag beside programs of others, which are in the folder DIR. */

const HELP = `npm run bench -- peers --with DIR

DIR has what you want to compare. What is not there has no row.
  helm, kustomize     their programs
  original            a checkout of the system that tekton-dag replaces
  python              a virtual environment with the packages of its orchestrator
  eventlistenersink   the listener of Tekton Triggers
  triggers            its CustomResourceDefinitions
The listeners need KUBEBUILDER_ASSETS, CRDS_DIR and taskset.`;

const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'));

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { with: { type: 'string' }, json: { type: 'string' } } });
  if (values.with === undefined) throw new Error(HELP);
  const { KUBEBUILDER_ASSETS: assets, CRDS_DIR: crds } = process.env;
  const rendered = renderFigures(values.with, folder);
  const listened = assets && crds ? await listenerFigures(values.with, folder, assets, crds) : [];
  report({ name: 'peers', figures: [...rendered, ...listened] });
}

main()
  .catch((error: Error) => {
    console.error(`bench peers: ${error.message}`);
    process.exitCode = 2;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
