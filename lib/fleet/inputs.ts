/** What of an app says which files its build can read; the orchestrator knows no more of it. */
export interface ReadsFiles {
  /** Below the repository's root; `.` is the root. */
  readonly contextDir: string;
  readonly build?: { readonly inputs?: readonly string[] };
}

const WHOLE: readonly string[] = ['.'];

/**
 * The paths, from the root of the repository, that the build of an app can read: `.`, unless `build.inputs` narrows it.
 * The checkout holds nothing else, the key of the image covers them all, and a change of one of them concerns the app.
 * They include the files that decide how git checks out the others; these may be missing.
 */
export function inputsOf({ contextDir, build }: ReadsFiles): readonly string[] {
  const paths = [contextDir, ...(build?.inputs ?? WHOLE)];
  if (paths.includes('.')) return WHOLE;
  return [
    ...new Set([...paths, '.gitmodules', ...paths.flatMap(foldersOf).map((folder) => `${folder}.gitattributes`)]),
  ];
}

/** `a/b/c` → ``, `a/`, `a/b/` */
const foldersOf = (path: string): readonly string[] => {
  const names = path.split('/');
  return names.map((_, depth) =>
    names
      .slice(0, depth)
      .map((name) => `${name}/`)
      .join(''),
  );
};

/** Whether a build can read more of a repository than the files of one commit. */
export const readsHistory = ({
  clone,
}: {
  readonly clone?: { readonly depth?: number; readonly tags?: boolean };
}): boolean => (clone?.depth ?? 1) !== 1 || clone?.tags === true;

/** Whether a build can read the whole repository. */
export const readsAll = (app: ReadsFiles): boolean => inputsOf(app) === WHOLE;

/** Whether the build of an app can read a changed path, which may be a submodule that holds an input. */
export const concerns = (app: ReadsFiles, file: string): boolean =>
  inputsOf(app).some(
    (input) => input === '.' || input === file || file.startsWith(`${input}/`) || input.startsWith(`${file}/`),
  );
