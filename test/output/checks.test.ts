import { formatProblem } from '../../lib/words/problem';
import { RULES } from '../../lib/output/checks';
import { accessCases, metadataCases, referenceCases, workloadCases } from './checks/object-cases';
import { bindingCases, pipelineCases } from './checks/pipeline-cases';
import { taskCases } from './checks/task-cases';
import type { Case } from './checks/world';
import { findings } from './checks/world';

const CASES: readonly Case[] = [
  ...metadataCases,
  ...workloadCases,
  ...accessCases,
  ...referenceCases,
  ...taskCases,
  ...pipelineCases,
  ...bindingCases,
];

test('a right output has no findings', () => {
  expect(findings()).toEqual([]);
});

test('every rule has a case', () => {
  const tried = new Set(CASES.map(({ rule }) => rule));
  expect(RULES.filter((rule) => !tried.has(rule))).toEqual([]);
});

test.each(CASES.map((each) => [each.rule, each.what, each] as const))(
  '%s finds %s',
  (rule, _, { bad, good = () => undefined, says = /./, also = [], severity = 'error' }) => {
    const found = findings(bad);
    expect([...new Set(found.map((each) => each.rule).filter((id) => !also.includes(id) || id === rule))]).toEqual([
      rule,
    ]);
    expect(found.map(formatProblem).join('\n')).toMatch(says);
    expect(new Set(found.map((each) => each.severity))).toEqual(new Set([severity]));
    expect(findings(good)).toEqual([]);
  },
);

test('a finding says file, object and field, and what is meant', () => {
  const [finding] = findings(({ pipeline }) => (pipeline.spec.tasks[1].params[1].name = 'cahe'));
  expect(finding && formatProblem(finding)).toBe(
    "1.yaml: Pipeline team-a/shop-pr-test spec.tasks[1].params[1]: Task 'build' declares no param of this name (found cahe; expected one of app, apps, cache, where; did you mean cache?)",
  );
});

test('everything is reported at once', () => {
  const found = findings(({ task, role }) => {
    delete task.spec.steps[1].image;
    task.spec.steps[0].name = 'Clone';
    role.rules[0].verbs = ['*'];
  });
  expect(found.map(({ rule }) => rule).sort()).toEqual(['tekton-34', 'tekton-35', 'wildcard']);
});
