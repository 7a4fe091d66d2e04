import type { Readable } from 'node:stream';
import { Transform, pipeline } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { isPathInside } from '../../../lib/runs/report/path-inside';
import type { KeptFile, ReportStore } from '../test-reports/report-store';
import { ReportsUnavailable } from '../test-reports/report-store';
import { runFolder } from '../test-reports/run-folder';
import { HttpProblem } from './problem';
import { readableRun } from './readable-run';
import { reportHeaders } from './report-headers';
import { streamsOf } from './streams';
import type { ByName, VisibleDeps } from './visible';

/** The files that the tests of a run left, as they are kept. */

export interface ReportsDeps extends VisibleDeps {
  /** Undefined: this orchestrator cannot read them. */
  readonly reports?: ReportStore;
}

interface OfFile extends ByName {
  Params: { name: string; '*': string };
}

const FILE_BYTES = 256 * 2 ** 20;
const LASTS_MS = 600_000;

export function reportsRoutes(app: FastifyInstance, deps: ReportsDeps): void {
  const streams = streamsOf(app, LASTS_MS);

  app.get<ByName>('/api/runs/:name/reports', async (request) => {
    const { found } = await readableRun(deps, request);
    const { name, namespace = '' } = found.metadata;
    const folder = runFolder(found);
    const store = storeOf(deps);
    const { files, isComplete } =
      folder === undefined ? { files: [], isComplete: true } : await readReports(store.list(folder));
    return { name, namespace, files, isComplete };
  });

  app.get<OfFile>('/api/runs/:name/reports/*', async (request, reply) => {
    const { found, caller } = await readableRun(deps, request);
    const path = request.params['*'];
    const folder = runFolder(found);
    const store = storeOf(deps);
    if (folder === undefined || !isPathInside(path)) throw noFile();
    const signal = streams.begin(reply, caller);
    const file = await readReports(store.open(folder, path, signal));
    if (file === undefined) throw noFile();
    if (file.size > FILE_BYTES) {
      file.content.destroy();
      throw new HttpProblem('report_too_large', `the file has more than ${FILE_BYTES / 2 ** 20} MiB`);
    }
    return reply.headers({ ...reportHeaders(path), 'content-length': file.size }).send(exactly(file));
  });
}

/**
 * What is kept may have become shorter since it was opened, or be longer than its store said. A client would wait for what is missing,
 * and take what is too much for the answer to its next question: the connection ends instead.
 */
export function exactly({ size, content }: KeptFile): Readable {
  let left = size;
  const changed = () => new HttpProblem('reports_unavailable', 'the file is not as long as what keeps it said');
  const counted = new Transform({
    transform(part: Buffer, _, done) {
      left -= part.length;
      done(left < 0 ? changed() : undefined, part);
    },
    flush: (done) => done(left > 0 ? changed() : undefined),
  });
  return pipeline(content, counted, () => undefined);
}

const noFile = (): HttpProblem => new HttpProblem('not_found', 'the run has no such report, or it is no longer kept');

/** @throws HttpProblem[not_found] */
export function storeOf({ reports }: Pick<ReportsDeps, 'reports'>): ReportStore {
  if (reports === undefined)
    throw new HttpProblem('not_found', 'this orchestrator does not read reports: docs/reports.md says how it does');
  return reports;
}

/** What the store answers. @throws HttpProblem[reports_unavailable] where it does not */
export const readReports = async <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw error instanceof ReportsUnavailable ? new HttpProblem('reports_unavailable', error.message) : error;
  });
