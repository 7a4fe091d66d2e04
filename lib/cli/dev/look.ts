import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareFiles } from '../../diff/files';
import type { Files } from '../../diff/folder-pairs';
import { reportOf } from '../../diff/report';
import { toBriefOf } from '../../diff/text';
import type { Fleet } from '../../fleet/model';
import { withoutDocumentsOf } from '../../kube/yaml';
import { stackText } from '../../fleet/stack-text';
import type { FileText } from '../../output/file-text';
import { TeamMaker } from '../../output/team-maker';
import { OUTPUT, YAML, folderOf, holdsObjects, teamFileName } from '../../output/layout';
import { synthFleet } from '../../output/synth';
import type { Problem } from '../../words/problem';
import { InputError, formatProblem } from '../../words/problem';
import { refuseOutside } from '../output-folder';
import { readText } from '../read-text';
import { loadSound } from '../load';
import { refuseErrors, refuseRemoval } from '../synth';
import { print, progress, tellProblems } from '../terminal';
import { forgetCode, loadedCode } from './code';
import { inputs } from './inputs';
import { KeptOutput } from '../kept-output';

type Texts = ReadonlyMap<string, FileText>;

/** Looks at a fleet again and again. It keeps what was made the last time, so that a look costs what has changed. */
export class Look {
  private readonly maker = new TeamMaker();
  private readonly out: string;
  private readonly output: KeptOutput;
  /** What the files that were touched held when they were looked at. */
  private readonly seen = new Map<string, string | undefined>();
  /** What there was when a look began. */
  private known: ReadonlySet<string> = new Set();
  /** What the files of the fleet name beside them: Deployments, releases of Tekton. */
  named: ReadonlySet<string> = new Set();
  private told: ReadonlySet<string> = new Set();

  constructor(private readonly root: string) {
    this.out = join(root, OUTPUT);
    this.output = new KeptOutput(this.out);
  }

  /** Whether a file holds something else than before, or has gone. What came and went in between is not. */
  isNew(path: string): boolean {
    const text = textOf(path);
    const isSame = text === undefined ? !this.known.has(path) : this.seen.get(path) === text;
    this.seen.set(path, text);
    return !isSame;
  }

  /**
   * @param touched paths of files below the root
   * @throws InputError with everything that is wrong; the output is as it was
   */
  at(touched: readonly string[]): void {
    refuseOutside(OUTPUT, this.out, this.root);
    const say = progress();
    this.known = new Set([...inputs(this.root), ...loadedCode()]);
    forgetCode();
    const loaded = loadSound({ root: this.root });
    this.named = new Set(loaded.named);
    this.known = new Set([...this.known, ...loaded.named.filter((path) => existsSync(path))]);
    refuseErrors(loaded, this.maker);
    const { fleet, extensions } = loaded;
    for (const stack of touchedStacks(fleet, touched)) print(stackText(stack.name, stack.apps));
    const { texts, warnings } = synthFleet(
      fleet,
      extensions,
      (team, made) => say(() => `team ${team.name}, ${made} of ${fleet.teams.length}`),
      this.maker,
    );
    refuseRemoval(OUTPUT, this.out, fleet);
    const before = this.output.read();
    const changes = changesText(before, texts);
    this.output.write(before, texts);
    this.tellWarnings([...loaded.problems, ...warnings]);
    print(changes);
  }

  /** Those that were told the last time are known. */
  private tellWarnings(warnings: readonly Problem[]): void {
    tellProblems(warnings.filter((warning) => !this.told.has(formatProblem(warning))));
    this.told = new Set(warnings.map(formatProblem));
  }
}

/** The text of a file; undefined where there is none. */
function textOf(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function touchedStacks({ teams }: Fleet, touched: readonly string[]): Fleet['teams'][number]['stacks'] {
  const stacks = teams.flatMap((team) => team.stacks).filter(({ file }) => touched.includes(file));
  return [...new Map(stacks.map((stack) => [stack.file, stack])).values()];
}

/** What changes in the output and for whom. Only files that differ are compared, beside those by which a team is known to be there. */
function changesText(before: Texts, after: Texts): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path)?.digest !== after.get(path)?.digest,
  );
  if (paths.length === 0) return `${OUTPUT} is as it was`;
  const changed = new Set(paths);
  const isCompared = (path: string): boolean => path.startsWith(INDEX) || path.endsWith(NAMESPACE) || changed.has(path);
  const of = (files: Texts, others: Texts): Files =>
    new Map(
      [...files].flatMap(([path, file]) => {
        if (!isCompared(path)) return [];
        const [text, other] = [file.read(), others.get(path)?.read()];
        // only what differs is parsed
        return [
          [path, holdsObjects(path) && other !== undefined && other !== text ? withoutDocumentsOf(text, other) : text],
        ];
      }),
    );
  const report = reportOf(compareFiles(of(before, after), of(after, before)), { from: 'before', to: OUTPUT });
  const written = `${paths.length} ${paths.length === 1 ? 'file' : 'files'} of ${OUTPUT} written`;
  return [toBriefOf('since the last save', report), written].join('\n');
}

/** Index entries say which folders belong together. */
const INDEX = `${folderOf('index', {})}/`;
const NAMESPACE = `/${teamFileName('namespace')}${YAML}`;
