import { formatProblem } from '../../../lib/words/problem';
import { checkTektonVersion } from '../../../lib/tekton/admission/version';
import type { Manifest } from '../../../lib/kube/manifest';
import { synthFleet } from '../../../lib/output/synth';
import { app, resolve, stackFile, team } from '../../fleet/support';

/** What the Tekton of a cluster does not know is told when the output is made. */

const object = (kind: string, name: string, spec: object): { file: string; manifest: Manifest } => ({
  file: 'one.yaml',
  manifest: { apiVersion: 'tekton.dev/v1', kind, metadata: { name, namespace: 'ci' }, spec },
});
const told = (version: string, ...objects: readonly { file: string; manifest: Manifest }[]) =>
  checkTektonVersion(objects, "cluster 'old'", version).map(formatProblem);

it.each([
  ['when of a step', object('Task', 't', { steps: [{}, { when: [] }] }), '0.70', '1.0'],
  ['results of a step', object('Task', 't', { steps: [{ results: [] }] }), '0.70', '1.0'],
  ['a StepAction', object('Task', 't', { steps: [{ ref: { name: 'x' } }] }), '0.70', '1.0'],
  ['displayName of a step', object('Task', 't', { steps: [{ displayName: 'x' }] }), '1.5', '1.6'],
  ['onError of a task', object('Pipeline', 'p', { tasks: [{ onError: 'continue' }] }), '0.61', '0.62'],
  ['matrix of a task', object('Pipeline', 'p', { tasks: [{}], finally: [{ matrix: {} }] }), '0.52', '0.53'],
])('%s', (what, used, lacks, has) => {
  const { kind, metadata } = used.manifest;
  expect(told(lacks, used)).toEqual([
    `one.yaml: ${kind} ci/${metadata.name}: uses ${what}, which the Tekton of cluster 'old' does not know (found ${lacks}; expected ${has} or newer)`,
  ]);
  expect(told(has, used)).toEqual([]);
});

it('counts by numbers, and needs no last one', () => {
  const used = object('Task', 't', { steps: [{ displayName: 'x' }] });
  expect(told('1.10', used)).toEqual([]);
  expect(told('1.6.2', used)).toEqual([]);
  expect(told('1.0.0', used)).toHaveLength(1);
});

it('tells each once, however many use it', () => {
  expect(
    told(
      '0.70',
      object('Task', 'a', { steps: [{ when: [] }, { when: [] }] }),
      object('Task', 'b', { steps: [{ when: [] }] }),
    ),
  ).toEqual([expect.stringContaining('Task ci/a: uses when of a step, as 1 more do')]);
});

describe('a fleet', () => {
  const synth = (version: string) => {
    const { fleet, said } = resolve({
      clusters: [{ file: 'clusters/two.yaml', text: `{ name: two, tektonVersion: ${version} }` }],
      teams: [team('alpha', ['alpha'], { clusters: ['two'] })],
      stacks: [stackFile('alpha', [app('alpha-web', 'propagation-role: terminal, build: { tool: npm }')])],
    });
    if (fleet === undefined) throw new Error(said.join('\n'));
    return synthFleet(fleet);
  };

  it('is made for the Tekton that it needs', () => expect(synth('"1.0"').objects).toBeGreaterThan(0));

  it('is not made for an older one on any of its clusters', () =>
    expect(() => synth('"0.70"')).toThrow(/uses results of a step.*cluster 'two'.*\n.*uses when of a step/));

  it('asks for quotes, for 1.10 reads 1.1', () => expect(() => synth('1.10')).toThrow(/tektonVersion.*in quotes/));
});
