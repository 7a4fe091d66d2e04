import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document } from '../fleet/document';
import type { Loaded } from '../fleet/formats';
import { loadStack } from '../fleet/formats';
import type { StackFile } from '../fleet/stack';
import { BUILT_IN } from '../fleet/toolchains';
import type { KeptTeam, KeptTeams } from '../output/kept-team';
import { OUTPUT } from '../output/layout';
import { digestOf } from '../words/digest';
import type { Problem } from '../words/problem';
import type { ContentCache } from './content-cache';

/** What is kept between runs: stacks as they were read, teams as they were made. */

/** A stack that was read, without the places of what it says: only problems that are found later ask for one. */
interface KeptStack {
  readonly said?: { readonly value: unknown };
  readonly value?: StackFile;
  readonly problems: readonly Problem[];
}

export const keptStacks =
  (cache: ContentCache): typeof loadStack =>
  (source, toolchains = BUILT_IN) => {
    const read = (): Loaded<StackFile> => loadStack(source, toolchains);
    const key = ['stack', source.file, source.text, JSON.stringify(toolchains)];
    const kept = cache.get(...key) as KeptStack | undefined;
    if (kept === undefined) {
      const fresh = read();
      cache.put(asKept(fresh), ...key);
      return fresh;
    }
    const { said, value, problems } = kept;
    const document = said && Document.of(source.file, said.value, () => read().document!);
    return { document, value, problems };
  };

const asKept = ({ document, value, problems }: Loaded<StackFile>): KeptStack => ({
  ...(document && { said: { value: document.value } }),
  value,
  problems,
});

/** @param root of the repository, whose output has the texts */
export const keptTeams = (cache: ContentCache, root: string): KeptTeams => ({
  get: (key) => cache.get('team', key) as KeptTeam | undefined,
  put: (key, team) => cache.put(team, 'team', key),
  text: (path, digest) => {
    try {
      const bytes = readFileSync(join(root, OUTPUT, path));
      return digestOf(bytes) === digest ? bytes.toString() : undefined;
    } catch {
      return undefined;
    }
  },
});
