import { InputError } from '../../words/problem';
import type { Problem } from '../../words/problem';
import { program } from '../program';
import { KIND } from './settings';

/** The programs that must be installed. */

const WITHOUT = 'docs/local.md says how to do without';
const PROGRAMS = [
  {
    name: 'docker',
    args: ['version', '--format', '{{.Server.Version}}'],
    expected: `a running Docker: start Docker, or install it: https://docs.docker.com/get-started/get-docker/; ${WITHOUT}`,
  },
  {
    name: 'kind',
    args: ['version'],
    expected: `kind ${KIND.version} or newer: https://kind.sigs.k8s.io/docs/user/quick-start/#installation; ${WITHOUT}`,
  },
  { name: 'kubectl', args: ['version', '--client'], expected: 'kubectl: https://kubernetes.io/docs/tasks/tools/' },
] as const;

/** Checks every program. @throws InputError naming each one that is missing, too old or does not answer */
export async function checkPrograms(): Promise<void> {
  const found = await Promise.all(
    PROGRAMS.map(async ({ name, args, expected }): Promise<readonly Problem[]> => {
      try {
        const version = /\d{1,9}\.\d{1,9}\.\d{1,9}/.exec(await program(name, args))?.[0];
        return name === 'kind' && version !== undefined && isOlder(version, KIND.version)
          ? [{ file: name, message: 'is too old', found: version, expected, severity: 'error' }]
          : [];
      } catch (error) {
        if (error instanceof InputError) return error.problems.map((problem) => ({ ...problem, expected }));
        throw error;
      }
    }),
  );
  if (found.flat().length > 0) throw new InputError(found.flat());
}

const isOlder = (version: string, than: string): boolean => version.localeCompare(than, 'en', { numeric: true }) < 0;
