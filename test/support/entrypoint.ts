import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the image starts the orchestrator: `node`, options, its file. */
const [, ...words] = JSON.parse(
  /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(__dirname, '../../orchestrator/Dockerfile'), 'utf8'))![1]!,
) as string[];

/** Options of node with which the image starts it. */
export const NODE_OPTIONS = words.slice(0, -1);
