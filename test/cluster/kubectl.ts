import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Longer than all that tests have it wait for: it alone would wait for ever for an API server that does not answer. */
const ENDS_WITHIN_MS = 180_000;

/** @throws with what kubectl said; `input` is its standard input */
export function kubectl(args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync('kubectl', args, {
    // jest gives tests a copy, which spawn does not take by itself: a test that names another cluster would ask this one
    env: process.env,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: ENDS_WITHIN_MS,
  });
  if (error) throw new Error(`kubectl ${args.join(' ')}: ${error.message}`);
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const files = (paths: readonly string[]): string[] => ['--recursive', ...paths.flatMap((path) => ['--filename', path])];

/**
 * Applies server-side; a field that the schema does not know is an error.
 * @returns `kind namespace/name` → the object as it is stored, its generation included, without what others write
 * meanwhile: its status, and with that the resourceVersion
 */
export function apply(...paths: readonly string[]): Map<string, object> {
  const answer = JSON.parse(
    kubectl(['apply', '--server-side', '--validate=strict', '--output=json', ...files(paths)]),
  ) as Stored | { readonly items: Stored[] };
  // of one object kubectl gives no list
  const applied = 'items' in answer ? answer.items : [answer];
  return new Map(
    applied.map((object) => {
      const { apiVersion, kind, metadata } = object;
      return [
        `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
        {
          ...object,
          status: undefined,
          metadata: { ...metadata, resourceVersion: undefined, managedFields: undefined },
        },
      ];
    }),
  );
}

/** Applies as `kubectl apply` does by itself, and says of each object in a line whether it was created, configured or unchanged. */
export const applyClientSide = (...paths: readonly string[]): string[] =>
  kubectl(['apply', '--validate=strict', ...files(paths)])
    .trimEnd()
    .split('\n');

/** Applies objects server-side, whoever else says what they are. @param options of kubectl */
export const applyObjects = (items: readonly object[], ...options: readonly string[]): string =>
  kubectl(
    ['apply', '--server-side', '--force-conflicts', '--filename=-', ...options],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );

/** What the API server says against it; undefined if it does it. */
export function refusal(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Waits until the API server serves all kinds that are defined. @param options of kubectl */
export function awaitKinds(...options: readonly string[]): void {
  const wait = ['wait', '--for=condition=Established', '--timeout=60s', 'customresourcedefinitions', '--all'];
  const deadline = performance.now() + 60_000;
  for (;;) {
    const message = refusal(() => kubectl([...wait, ...options]));
    if (message === undefined) return;
    // kubectl takes a definition that is so new that it has no conditions for a fault
    if (!message.includes('accessor error') || performance.now() > deadline) throw new Error(message);
  }
}

/** Waits until policies refuse what they are to: the API server takes one up a moment after it is there. */
export async function inForce(isRefused: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isRefused())) {
    if (performance.now() > deadline) throw new Error('the policy is not in force');
    await sleep(200);
  }
}
