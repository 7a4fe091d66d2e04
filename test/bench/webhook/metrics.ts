import { kubectl } from '../../cluster/kubectl';

/** What the API server tells of itself. https://kubernetes.io/docs/reference/instrumentation/metrics/ */

function sumOf(metric: string): number {
  const lines = kubectl(['get', '--raw', '/metrics'])
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`));
  if (lines.length === 0) throw new Error(`the API server has no metric ${metric}`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** How many requests it has answered since it was started. It asks itself, too. */
export const answered = (): number => sumOf('apiserver_request_total');

/** How large the files of etcd are. */
export const storedBytes = (): number => sumOf('apiserver_storage_size_bytes');
