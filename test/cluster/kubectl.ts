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

/** Server-side, and a field that the schema does not know is an error. */
export const apply = (...paths: readonly string[]): string => kubectl(['apply', '--server-side', '--validate=strict', ...files(paths)]);

/**
 * `kind namespace/name` → what tells that an object is the same as before: its resourceVersion. The API server stores a
 * claim anew at its first update, though nothing in it changes; so of a claim it is the spec.
 */
export function versions(...paths: readonly string[]): Map<string, string> {
  // of one object kubectl gives no list
  const got = JSON.parse(kubectl(['get', '--output=json', ...files(paths)])) as Listed | { items: Listed[] };
  return new Map(
    ('items' in got ? got.items : [got]).map(({ apiVersion, kind, metadata, spec }) => [
      `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      kind === 'PersistentVolumeClaim' ? JSON.stringify(spec) : metadata.resourceVersion,
    ]),
  );
}
