import { validateFile } from '../../lib/fleet/formats';
import { formatProblem } from '../../lib/words/problem';

/** Names that are free by their letters, yet taken or too long for what is made of them. */

const told = (file: string, text: string): readonly string[] =>
  validateFile({ file, text })
    .problems.filter(({ severity }) => severity === 'error')
    .map(formatProblem);
const stack = (more: string, app = ''): readonly string[] =>
  told('stacks/s.yaml', `name: s\n${more}apps: [{ name: a, repo: a/a, propagation-role: terminal${app} }]\n`);
const header = (name: string): readonly string[] => stack(`propagation: { header-name: ${name} }\n`);
const secret = (length: number): readonly string[] =>
  stack('', `, build: { secrets: { secret: ${'a'.repeat(length)}, keys: [k] } }`);

it.each(['host', 'Authorization', 'baggage', 'traceparent', 'a'.repeat(5000)])('no session is in header %s', (name) => {
  expect(header(name)).toEqual([expect.stringMatching(/^stacks\/s\.yaml:2:29: propagation\.header-name: /)]);
});

it.each(['x-dev-session', 'X-Tekton-Dag', 'a'.repeat(64)])('a session may be in header %s', (name) => {
  expect(header(name)).toEqual([]);
});

it('leaves room for the end of the name of a Secret', () => {
  expect(secret(239)).toEqual([]);
  expect(secret(253)).toEqual([expect.stringMatching(/build\.secrets\.secret: .*at most 239/)]);
});
