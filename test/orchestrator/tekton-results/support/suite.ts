import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANNOTATIONS } from '../../../../lib/words/labels';
import type { RunRequest } from '../../../../lib/runs/ask/run-request';
import type { Archive } from '../../../../orchestrator/src/history/run-history';
import { askedOf } from '../../../../orchestrator/src/queue/asked';
import type { Request } from '../../../../orchestrator/src/queue/objects';
import { resultsArchive } from '../../../../orchestrator/src/tekton-results/archive';
import { resultsClient } from '../../../../orchestrator/src/tekton-results/client';
import { silent } from '../../support';
import type { ResultsServer, StoredRun } from './server';

/** The run of a request as the watcher of Results stores it. */
export function runOfRequest(request: Request, more: object = {}): StoredRun {
  const { name, namespace, uid, creationTimestamp } = request.metadata;
  const { phase, finishedAt, message, results } = request.status ?? {};
  return {
    metadata: {
      name,
      namespace,
      uid: `run-${uid}`,
      creationTimestamp,
      annotations: { [ANNOTATIONS.requestUid]: uid, ...askedOf(request) },
      ...more,
    } as StoredRun['metadata'],
    spec: { pipelineSpec: { tasks: [{ name: 'build' }] } },
    status: {
      conditions: [
        {
          type: 'Succeeded',
          status: phase === 'Succeeded' ? 'True' : 'False',
          reason: phase === 'Cancelled' ? 'Cancelled' : phase,
          message,
        },
      ],
      startTime: creationTimestamp,
      completionTime: finishedAt,
      results: (results?.images ?? []).flatMap(({ app, url, digest, tree }) => [
        { name: `${app}-IMAGE_URL`, value: url },
        { name: `${app}-IMAGE_DIGEST`, value: digest },
        { name: `${app}-TREE`, value: tree },
      ]),
    },
  } as StoredRun;
}

/** The archive as the orchestrator has it of a server. */
export function archiveOf({ url, caFile }: Pick<ResultsServer, 'url' | 'caFile'>, live: readonly RunRequest[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'of-the-orchestrator\n');
  const client = resultsClient({ url, caFile, tokenFile }, silent);
  const isLive = ({ metadata }: RunRequest): boolean => live.some((one) => one.metadata.uid === metadata.uid);
  return {
    archive: resultsArchive({ client, isLive, log: silent }) as Archive,
    async stop() {
      await client.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
