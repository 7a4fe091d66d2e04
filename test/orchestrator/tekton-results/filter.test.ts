import fc from 'fast-check';
import { listFilter, nameFilter } from '../../../orchestrator/src/tekton-results/filter';

/** Results puts the texts of a filter into SQL between two `'`, and CEL reads `\` first. */
const breaksOut = (filter: string): boolean =>
  filter
    .replaceAll('\\"', '')
    .split('"')
    .some((part) => /['\\;]/.test(part));

describe('what Tekton Results is asked for', () => {
  it('names what is asked for', () =>
    expect(
      listFilter({
        team: 'payments',
        author: 'dependabot[bot]',
        app: 'api',
        pullRequest: 7,
        commit: 'abcdef0',
        since: Date.UTC(2026, 0, 1),
        after: { created: Date.UTC(2026, 0, 2), uid: 'u' },
      }).split(' && '),
    ).toEqual([
      'data_type == "tekton.dev/v1.PipelineRun"',
      'data.metadata.annotations["tekton-dag.io/asked"].contains("\\"team\\":\\"payments\\"")',
      'data.metadata.annotations["tekton-dag.io/asked"].contains("\\"sender\\":\\"dependabot[bot]\\"")',
      'data.metadata.annotations["tekton-dag.io/asked"].contains("\\"api\\"")',
      'data.metadata.annotations["tekton-dag.io/asked"].contains("\\"commit\\":\\"abcdef0")',
      'data.metadata.annotations["tekton-dag.io/asked"].contains("\\"number\\":7")',
      'data.metadata.annotations["tekton-dag.io/asked-at"] >= "2026-01-01T00:00:00.000Z"',
      'data.metadata.annotations["tekton-dag.io/asked-at"] <= "2026-01-02T00:00:00.000Z"',
    ]));

  it.each([
    [`feature/it's`, '.contains("feature/it")'],
    [`x' or '1'='1`, '.contains("or")'],
    [`'"\\`, undefined],
  ])('hands on of %j what means nothing elsewhere', (branch, said) => {
    const [, condition] = listFilter({ branch }).split(' && ');
    expect(condition?.endsWith(said ?? '')).toBe(said === undefined ? undefined : true);
  });

  it('breaks out of nothing, whatever is asked for', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const all = { team: text, stack: text, branch: text, author: text, app: text, commit: text };
        expect(breaksOut(listFilter(all))).toBe(false);
        expect(breaksOut(nameFilter(text) ?? '')).toBe(false);
      }),
      { numRuns: 500 },
    ));

  it('is nothing for a name that no run has', () => expect(nameFilter(`x' or true`)).toBeUndefined());
});
