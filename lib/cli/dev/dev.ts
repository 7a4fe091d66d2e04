import { relative, sep } from 'node:path';
import { InputError } from '../../words/problem';
import { settled, survive } from '../fleet-code';
import type { Where } from '../load';
import { rootOf } from '../load';
import type { ExitCode } from '../terminal';
import { EXIT, print, printDone, report } from '../terminal';
import { codeFolders, isCode } from './code';
import { Look } from './look';
import { foldersOf, inputFolders, inputs, isIn, isInput } from './inputs';
import { Watcher } from './watcher';

/** `dev`: what `synth` does, now and whenever a file of the fleet is saved, until it is told to end. */
export async function dev(where: Pick<Where, 'root'>): Promise<ExitCode> {
  const root = rootOf(where);
  const { stop, ignore } = onSignal();
  const watcher = new Watcher();
  const look = new Look(root);
  survive();
  try {
    for (let touched: readonly string[] = []; !stop.aborted;) {
      // before anything is read, so that no later change is missed
      watcher.watch(folders(root, look));
      const milliseconds = attempt(look, touched);
      // it may have read files from elsewhere
      watcher.watch(folders(root, look));
      printDone(`${milliseconds.toFixed(0)} ms; waiting for changes, Ctrl-C ends`);
      await settled();
      touched = await nextTouched(root, watcher, look, stop);
    }
    return EXIT.done;
  } finally {
    watcher.close();
    ignore();
  }
}

/** A mistake in a file does not end it: the next time it may be corrected. @returns milliseconds that it took */
function attempt(look: Look, touched: readonly string[]): number {
  const start = performance.now();
  if (touched.length > 0) print(`\n${touched.join(', ')}`);
  try {
    look.at(touched);
  } catch (error) {
    report(error);
    if (error instanceof InputError) printDone('dist is as it was: correct the errors first');
  }
  return performance.now() - start;
}

/** Those that hold a file of the fleet, or may hold one later. */
const folders = (root: string, { named }: Look): readonly string[] => [
  ...inputFolders(root),
  ...codeFolders(),
  ...[...named].flatMap((path) => foldersOf(root, path)),
];

/** Paths below the root of what was touched and holds something else than before; none once it is to end. */
async function nextTouched(root: string, watcher: Watcher, look: Look, stop: AbortSignal): Promise<readonly string[]> {
  while (!stop.aborted) {
    const touched = await watcher.changes(stop);
    // before files are read, so that those of a new folder are seen
    watcher.watch(folders(root, look));
    // a folder that comes or goes brings or takes what lies in it
    const there = [...inputs(root), ...look.named].filter((path) => touched.some((folder) => isIn(folder, path)));
    const changed = [...new Set([...touched, ...there])]
      .filter((path) => isCode(path) || isInput(root, path) || look.named.has(path))
      .filter((path) => look.isNew(path))
      .map((path) => relative(root, path).split(sep).join('/'));
    if (changed.length > 0) return changed.sort();
  }
  return [];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A look that has begun is brought to its end first, so that the output is whole. */
function onSignal(): { readonly stop: AbortSignal; readonly ignore: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  for (const signal of SIGNALS) process.on(signal, abort);
  return {
    stop: controller.signal,
    ignore: () => {
      for (const signal of SIGNALS) process.off(signal, abort);
    },
  };
}
