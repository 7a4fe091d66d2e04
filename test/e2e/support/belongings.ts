import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { kubectl } from './kubectl';
import { suite } from './suite';
import { until } from './until';

/**
 * What the tests make on the cluster, and who made it: a story notes each object before it makes it (`mine`), and the object
 * goes when the story ends (`remove`). The notes are in a file, so the suite's end, or the start of the next suite, removes
 * what a story that was killed has left.
 */

/** Objects as `kubectl get --output=name` calls them: `namespace/team-e2e`. */
interface Belonging {
  readonly owner: string;
  readonly object: string;
}

/** Owns what several stories share: whoever needs it last removes it. */
export const MAIN_TEAM = 'main-team';

const file = (): string => join(suite().work, 'belongings.jsonl');

export function belongings(): readonly Belonging[] {
  if (!existsSync(file())) return [];
  return readFileSync(file(), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Belonging);
}

export const owners = (): readonly string[] => [...new Set(belongings().map(({ owner }) => owner))];

/** The story that runs now. */
export const story = (): string => basename(expect.getState().testPath ?? '');

/** Notes objects that the story is about to make. */
export function mine(objects: readonly string[], owner = story()): void {
  const known = new Set(belongings().map(({ object }) => object));
  for (const object of objects.filter((each) => !known.has(each)))
    appendFileSync(file(), `${JSON.stringify({ owner, object } satisfies Belonging)}\n`);
}

const closing: (() => unknown)[] = [];

/** Ends what talks to pods of the story, before they go. */
export const atEnd = (close: () => unknown): number => closing.push(close);

export async function closeAll(): Promise<void> {
  for (const close of closing) await close();
}

/** Whether a person wants to look at what an owner made: see `--keep` in main.ts. */
export const keeps = (owner: string): boolean => [owner, 'all'].includes(process.env.E2E_KEEP ?? '');

/** Removes what an owner made, and returns once it is gone. */
export async function remove(owner: string): Promise<void> {
  const objects = belongings()
    .filter((each) => each.owner === owner)
    .map(({ object }) => object);
  const of = (kind: string): string[] => objects.filter((object) => object.startsWith(`${kind}/`));
  const [namespaces, volumes] = [of('namespace'), of('persistentvolume')];
  await deleteAll(namespaces);
  await reclaimed(volumes);
  await deleteAll(objects.filter((object) => !namespaces.includes(object)));
  const left = belongings().filter((each) => each.owner !== owner);
  writeFileSync(file(), left.map((each) => `${JSON.stringify(each)}\n`).join(''));
}

async function deleteAll(objects: readonly string[]): Promise<void> {
  if (objects.length > 0) await kubectl(['delete', ...objects, '--ignore-not-found', '--wait', '--timeout=300s']);
}

interface Volume {
  readonly status?: { readonly phase?: string };
}

/** Waits until Kubernetes has removed the files of volumes whose claims are gone; it leaves those that nobody has claimed. */
async function reclaimed(volumes: readonly string[]): Promise<void> {
  if (volumes.length === 0) return;
  await until(`${volumes.join(', ')} are reclaimed`, 120, async () => {
    const text = await kubectl(['get', ...volumes, '--ignore-not-found', '--output=json']);
    const found = text === '' ? [] : [JSON.parse(text) as Volume | { readonly items: readonly Volume[] }];
    const phases = found.flatMap((each) => ('items' in each ? each.items : [each])).map(({ status }) => status?.phase);
    return phases.some((phase) => phase === 'Bound' || phase === 'Released') ? undefined : true;
  });
}
