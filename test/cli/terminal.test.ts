import { tellProblems } from '../../lib/cli/terminal';
import type { Problem } from '../../lib/words/problem';

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => jest.restoreAllMocks());

const problem = (file: string, severity: Problem['severity'], message = 'is odd'): Problem => ({
  file,
  line: 1,
  column: 2,
  path: 'a.b',
  message,
  severity,
});

it('tells a warning once for all files that it is about', () => {
  tellProblems(['a', 'b', 'c', 'd', 'e'].map((file) => problem(file, 'warning')));
  expect(said).toEqual(['warning: a:1:2: a.b: is odd; the same of 4 more: b, c, d …\n']);
});

it('tells every error, and warnings that differ', () => {
  tellProblems([
    problem('a', 'error'),
    problem('b', 'error'),
    problem('c', 'warning'),
    problem('c', 'warning', 'is even'),
  ]);
  expect(said).toEqual([
    'a:1:2: a.b: is odd\n',
    'b:1:2: a.b: is odd\n',
    'warning: c:1:2: a.b: is odd\n',
    'warning: c:1:2: a.b: is even\n',
  ]);
});
