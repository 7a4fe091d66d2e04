import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProcess, moved } from './support/cli';

/** docs/onboarding.md, typed as it stands, in a clone. */

const ROOT = join(__dirname, '..');
const page = readFileSync(join(ROOT, 'docs/onboarding.md'), 'utf8');
/** Command lines, and between them a line of code to be put into the team, or taken out of it. */
const steps = [...page.matchAll(/^```(sh|ts|diff)\n([\s\S]*?)^```$/gm)].flatMap(([, language, text]) =>
  text!
    .trimEnd()
    .split('\n')
    .map((line) => ({ language, line })),
);

let clone: string;
const git = (args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: clone,
    encoding: 'utf8',
    stdio: 'pipe',
  });

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'tekton-dag-onboarding-'));
  for (const folder of ['teams', 'stacks', 'dist', 'clusters', 'package.json'].filter((name) =>
    existsSync(join(ROOT, name)),
  ))
    cpSync(join(ROOT, folder), join(clone, folder), { recursive: true });
  git(['init', '--quiet', '--initial-branch=main']);
  git(['add', 'teams', 'stacks', 'dist']);
  git(['commit', '--quiet', '--message=before']);
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

const words = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));

async function type(line: string): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const [program = '', ...args] = words(line);
  if (program === 'git') return { status: 0, stdout: git(args) };
  clone = moved(clone);
  return inProcess(program === 'npm' ? ['synth', ...args.slice(3)] : args.slice(1), clone);
}

// one test: each line finds what the lines before it have left
it('can be typed as it stands', async () => {
  const said = new Map<string, string>();
  for (const { language, line } of steps) {
    if (language === 'ts') {
      const file = join(clone, 'teams/payments/team.ts');
      writeFileSync(file, readFileSync(file, 'utf8').replace("name: 'payments',\n", `name: 'payments',\n${line}\n`));
      continue;
    }
    if (language === 'diff') {
      const file = join(clone, 'teams/cashier/team.ts');
      writeFileSync(file, readFileSync(file, 'utf8').replace(`${line.replace('-', '')}\n`, ''));
      continue;
    }
    const [command = '', comment = ''] = line.split(/ +# /);
    const { status, stdout } = await type(command.split(' | ')[0]!);
    expect({ line, status }).toEqual({ line, status: Number(/ends with (\d)/.exec(comment)?.[1] ?? 0) });
    said.set(command, stdout);
  }
  expect(
    said.get('npx tekton-dag team new payments --cluster production-ci --registry registry.example.com/payments'),
  ).toMatch(
    /^ {7}kubectl create secret generic github-token --namespace=team-payments --from-file=token='<file with the token>'\n {7}kubectl create secret generic git-read-token /m,
  );
  expect(said.get('npx tekton-dag team secrets payments')).toContain(
    "kubectl create secret generic registry-push-pr --namespace=team-payments --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson='<config.json with registry.example.com>'\n",
  );
  expect(said.get('npx tekton-dag team rename payments cashier')).toMatch(
    /kubectl delete clusterrolebinding tekton-dag-payments-auth$/m,
  );
  expect(said.get('npx tekton-dag team retire cashier')).toMatch(
    /application tekton-dag-cashier: .*\n.*application tekton-dag-cashier\.platform: .*with all that is in them.*\n.*project tekton-dag-cashier,.*\n.*confirm-deletion tekton-dag-cashier,/,
  );
  // everything is as it was
  expect(git(['status', '--porcelain', 'teams', 'stacks', 'dist'])).toBe('');
  expect(git(['diff', '--stat', 'HEAD~5', '--', 'teams', 'stacks', 'dist'])).toBe('');
  expect(readdirSync(join(clone, 'teams'))).toEqual(readdirSync(join(ROOT, 'teams')));
});
