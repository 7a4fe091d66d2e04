import { spawnSync } from 'node:child_process';

interface Listed {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion: string };
  readonly spec?: unknown;
}

/** @throws with what kubectl said; `input` is its standard input */
export function kubectl(args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('kubectl', args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const files = (paths: readonly string[]): string[] => ['--recursive', ...paths.flatMap((path) => ['--filename', path])];

/**
 * Applies server-side; a field that the schema does not know is an error.
 * @returns `kind namespace/name` → what tells that an object is the same as before: its resourceVersion. The API server
 * stores a claim anew at its first update, though nothing in it changes; so of a claim it is the spec.
 */
export function apply(...paths: readonly string[]): Map<string, string> {
  // of one object kubectl gives no list
  const answer = JSON.parse(kubectl(['apply', '--server-side', '--validate=strict', '--output=json', ...files(paths)])) as Listed | { readonly items: Listed[] };
  const applied = 'items' in answer ? answer.items : [answer];
  return new Map(
    applied.map(({ apiVersion, kind, metadata, spec }) => [
      `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      kind === 'PersistentVolumeClaim' ? JSON.stringify(spec) : metadata.resourceVersion,
    ]),
  );
}

/** Applies as `kubectl apply` does by itself, and says of each object in a line whether it was created, configured or unchanged. */
export const applyClientSide = (...paths: readonly string[]): string[] =>
  kubectl(['apply', '--validate=strict', ...files(paths)]).trimEnd().split('\n');
