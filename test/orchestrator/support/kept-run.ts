import type { MadeRun } from '../../page/scene';
import type { KeptReports } from './kept-reports';

/** What `publish-outcome` keeps of a run beside its reports. @param texts logs by `<task>/<step>`; of other steps none is kept */
export function keepRun(reports: KeptReports, made: MadeRun, texts: Readonly<Record<string, string>>): string {
  const { name } = made.request.metadata;
  const folder = `${made.request.spec.stack}/pr-test/${name}`;
  const tasks = made.taskRuns.map(({ metadata, status = {} }) => ({
    task: metadata.labels?.['tekton.dev/pipelineTask'] ?? '',
    status,
    condition: status.conditions?.[0],
  }));
  const outcome = tasks.map(({ task, status, condition }) => ({
    name: task,
    succeeded: { True: true, False: false }[condition?.status ?? ''] ?? null,
    reason: condition?.reason ?? null,
    ...(condition?.status === 'False' && { message: condition.message ?? '' }),
    started: status.startTime,
    ended: status.completionTime ?? null,
    results: {},
  }));
  const steps = tasks.flatMap(({ task, status }) =>
    (status.steps ?? []).map(({ name: step = '', terminated, running }) => ({
      task,
      step,
      file: `${task}/${step}.log`,
      bytes: Buffer.byteLength(texts[`${task}/${step}`] ?? ''),
      startedAt: (terminated ?? running)?.startedAt,
      finishedAt: terminated?.finishedAt,
      exitCode: terminated?.exitCode,
      ...(texts[`${task}/${step}`] === undefined && { omitted: 'what could not be read: it is gone' }),
    })),
  );
  reports.files.set(`${folder}/outcome.json`, JSON.stringify({ run: name, tasks: outcome }));
  reports.files.set(`${folder}/logs/index.json`, JSON.stringify({ version: 1, run: name, steps }));
  for (const [path, text] of Object.entries(texts)) reports.files.set(`${folder}/logs/${path}.log`, text);
  return folder;
}
