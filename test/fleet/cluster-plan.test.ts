import { planOf } from '../../lib/fleet/cluster-plan';
import type { Component, Effect, Installation, Step } from '../../lib/fleet/plan-step';
import { COMPONENTS } from '../../lib/fleet/plan-step';
import { toJson, toText } from '../../lib/fleet/plan-text';

/** The way from some Tektons to others; TEP-0129 gives the sequence of the first part. */

const MORE = { isInstalled: true, isKept: true };
/** @param versions of instances by name; what is shared is of the newest, unless it is said */
function having(
  versions: Readonly<Record<string, string>>,
  shared?: string,
  more: Partial<typeof MORE> = {},
): Installation {
  const newest =
    shared ??
    Object.values(versions)
      .sort(new Intl.Collator('en', { numeric: true }).compare)
      .at(-1);
  return {
    shared: newest === undefined ? undefined : { version: newest, ...MORE, ...more },
    instances: new Map(Object.entries(versions).map(([name, version]) => [name, { version, namespaces: [name] }])),
  };
}
const one = (version: string): Installation => ({ instances: new Map(), one: version });
const NOTHING: Installation = { instances: new Map() };

const title = ({ what, subject, from, to }: Step) => [what, subject, from ?? '-', to ?? '-'].join(' ');
const steps = (from: Installation, to: Installation) => {
  const { steps: made, refused } = planOf(from, to);
  expect(refused).toEqual([]);
  return made;
};
const titles = (from: Installation, to: Installation) => steps(from, to).map(title);
/** What becomes of the shared components, where it is the same for all of them. */
const effect = ({ effects }: Step): string => {
  expect(effects.map(({ component }) => component)).toEqual([...COMPONENTS]);
  const said = new Set(effects.map(({ action, from, to }) => [action, from ?? '-', to ?? '-'].join(' ')));
  expect(said.size).toBe(1);
  return [...said][0]!;
};
const effects = (from: Installation, to: Installation) => steps(from, to).map(effect);
const of = (component: Component, { effects: all }: Step): Effect => all.find((one) => one.component === component)!;

describe('the sequence of the document', () => {
  const [X, Y, J, Z] = ['1.9.0', '1.12.0', '1.3.0', '1.15.0'] as const;

  it('installs vX with what is shared at vX', () => {
    expect(titles(NOTHING, having({ x: X }))).toEqual(['install shared part - 1.9.0', 'install instance x - 1.9.0']);
    expect(effects(NOTHING, having({ x: X }))).toEqual(['install - 1.9.0', 'none - 1.9.0']);
  });

  it('installs vY > vX after what is shared rose to vY', () => {
    const [from, to] = [having({ x: X }), having({ x: X, y: Y })];
    expect(titles(from, to)).toEqual(['upgrade shared part 1.9.0 1.12.0', 'install instance y - 1.12.0']);
    expect(effects(from, to)).toEqual(['update 1.9.0 1.12.0', 'none - 1.12.0']);
    expect(steps(from, to)[0]?.before).toEqual(['the conversion of 1.12.0 handles instance x at 1.9.0']);
  });

  it('wants each namespace that an instance takes to be there', () => {
    const there = (name: string) =>
      `namespace ${name} is there: the files of a team make it, or else kubectl create namespace ${name}`;
    expect(steps(NOTHING, having({ x: X }))[1]?.before).toEqual([there('x')]);
    const more = (...namespaces: string[]): Installation => ({
      ...having({ x: X }),
      instances: new Map([['x', { version: X, namespaces }]]),
    });
    expect(steps(having({ x: X }), more('x', 'sandbox'))).toMatchObject([
      { subject: 'namespaces of instance x', before: [there('sandbox')] },
    ]);
  });

  it('installs vJ < vX, and changes nothing else', () => {
    const [from, to] = [having({ x: X, y: Y }), having({ x: X, y: Y, j: J })];
    expect(titles(from, to)).toEqual(['install instance j - 1.3.0']);
    expect(effects(from, to)).toEqual(['none - 1.12.0']);
  });

  it('updates vY to vZ after what is shared rose to vZ', () => {
    const [from, to] = [having({ x: X, y: Y, j: J }), having({ x: X, y: Z, j: J })];
    expect(titles(from, to)).toEqual(['upgrade shared part 1.12.0 1.15.0', 'upgrade instance y 1.12.0 1.15.0']);
    expect(effects(from, to)).toEqual(['update 1.12.0 1.15.0', 'none - 1.15.0']);
  });

  it('uninstalls vZ without any other change where what is shared is to stay', () => {
    const [from, to] = [having({ x: X, y: Z }), having({ x: X }, Z)];
    expect(titles(from, to)).toEqual(['uninstall instance y 1.15.0 -']);
    expect(effects(from, to)).toEqual(['none - 1.15.0']);
    expect(steps(from, to)[0]?.notes).toContain('the shared part stays at 1.15.0, which shared.release says');
  });

  it('uninstalls vZ without any other change where another instance has that version', () => {
    const [from, to] = [having({ x: Z, y: Z }), having({ x: Z })];
    expect(titles(from, to)).toEqual(['uninstall instance y 1.15.0 -']);
    expect(steps(from, to)[0]?.notes).toContain('the shared part stays at 1.15.0, the version of instance x');
  });

  it('uninstalls vZ, and takes what is shared back after that, which is optional', () => {
    const [from, to] = [having({ x: X, y: Z }), having({ x: X })];
    expect(titles(from, to)).toEqual(['uninstall instance y 1.15.0 -', 'downgrade shared part 1.15.0 1.9.0']);
    expect(effects(from, to)).toEqual(['none - 1.15.0', 'downgrade 1.15.0 1.9.0']);
    expect(steps(from, to)[1]?.notes.join()).toMatch(/this step is optional: shared.release/);
  });
});

describe('what the cluster file says of what is shared', () => {
  it('is skipped where somebody else keeps it', () => {
    const off = { isInstalled: false };
    const [first] = steps(NOTHING, having({ x: '1.9.0' }, undefined, off));
    expect(effect(first!)).toBe('skip - 1.9.0');
    expect(first?.before).toContain('whoever keeps the shared part has it at 1.9.0');
    expect(effect(steps(having({ x: '1.9.0' }, undefined, off), NOTHING).at(-1)!)).toBe('skip 1.9.0 -');
  });

  it('is updated where it is older, and never otherwise', () => {
    expect(titles(having({ x: '1.9.0' }, '1.15.0'), having({ x: '1.9.0', y: '1.12.0' }, '1.15.0'))).toEqual([
      'install instance y - 1.12.0',
    ]);
  });

  it('stays at the end, or goes but for the definitions', () => {
    const last = (isKept: boolean) => steps(having({ x: '1.9.0' }, undefined, { isKept }), NOTHING).at(-1)!;
    expect(effect(last(true))).toBe('keep 1.9.0 -');
    expect(of('definitions', last(false)).action).toBe('keep');
    for (const component of COMPONENTS.slice(1)) expect(of(component, last(false)).action).toBe('remove');
  });
});

it('waits for the runs of a namespace that another instance takes', () => {
  const from: Installation = having({ a: '1.9.0', b: '1.9.0' });
  const to: Installation = {
    ...from,
    instances: new Map([
      ['a', { version: '1.9.0', namespaces: ['a', 'b'] }],
      ['b', { version: '1.9.0', namespaces: ['c'] }],
    ]),
  };
  expect(titles(from, to)).toEqual(['change namespaces of instance a - -', 'change namespaces of instance b - -']);
  expect(steps(from, to).map(({ before }) => before)).toEqual([
    ['the runs in b, which comes from another instance, have ended'],
    [
      'the runs in b, which instance b gives up, have ended',
      'namespace c is there: the files of a team make it, or else kubectl create namespace c',
    ],
  ]);
});

describe('with one Tekton of all namespaces', () => {
  it('ends its controller before an instance comes, and takes over the rest', () => {
    const made = steps(one('1.12.0'), having({ x: '1.9.0', y: '1.15.0' }));
    expect(made.map(title)).toEqual([
      'uninstall the one Tekton: its controller 1.12.0 -',
      'install shared part 1.12.0 1.15.0',
      'install instance x - 1.9.0',
      'install instance y - 1.15.0',
    ]);
    expect(effect(made[1]!)).toBe('take over 1.12.0 1.15.0');
  });

  it('comes after the last instance has gone', () => {
    const made = steps(having({ x: '1.9.0' }), one('1.9.0'));
    expect(made.map(title)).toEqual(['uninstall instance x 1.9.0 -', 'install the one Tekton - 1.9.0']);
    expect(effect(made[1]!)).toBe('hand over 1.9.0 1.9.0');
  });

  it.each([
    [one('1.9.0'), one('1.15.0'), ['upgrade the one Tekton 1.9.0 1.15.0']],
    [NOTHING, one('1.15.0'), ['install the one Tekton - 1.15.0']],
    [one('1.15.0'), NOTHING, ['uninstall the one Tekton 1.15.0 -']],
    [one('1.15.0'), one('1.15.0'), []],
  ])('is one step', (from, to, expected) => expect(titles(from, to)).toEqual(expected));
});

describe('where a version falls', () => {
  it.each([
    [one('1.15.0'), having({ x: '1.9.0' }), 'taken back from 1.15.0 to 1.9.0'],
    [having({ x: '1.15.0' }), one('1.9.0'), 'taken back from 1.15.0 to 1.9.0'],
    [one('1.15.0'), one('1.9.0'), 'taken back from 1.15.0 to 1.9.0'],
    [having({ x: '1.15.0' }), having({ x: '1.9.0' }), 'taken back from 1.15.0 to 1.9.0'],
  ])('it is told, whoever has the definitions', (from, to, words) => {
    const text = toText(planOf(from, to), { from: 'a', to: 'b' });
    expect(text).toContain(`definitions: ${words}`);
    expect(text).toContain('note: 1.9.0 is older than 1.15.0');
  });

  it('also of Results', () => {
    const results = (version?: string): Installation => ({ ...one('1.9.0'), results: version });
    expect(steps(results('0.15.0'), results('0.14.0'))).toMatchObject([
      { what: 'downgrade', subject: 'Tekton Results', notes: [expect.stringContaining('0.14.0 is older')] },
    ]);
    expect(titles(results('0.14.0'), results('0.15.0'))).toEqual(['upgrade Tekton Results 0.14.0 0.15.0']);
    expect(titles(results('0.14.0'), results())).toEqual(['uninstall Tekton Results 0.14.0 -']);
  });

  it('is refused where what is stored is not served any more', () =>
    expect(planOf(one('0.60.0'), having({ x: '0.59.0' })).refused).toEqual([
      'the definitions cannot go back from 0.60.0 to 0.59.0: objects of StepAction are stored as v1beta1, which 0.59.0 does not serve',
    ]));
});

describe('where versions rule each other out', () => {
  it('says which, also of an instance that the plan would only then upgrade', () => {
    const { refused } = planOf(having({ x: '0.46.0' }), having({ x: '1.15.0' }));
    expect(refused).toContainEqual(expect.stringMatching(/^instance x: 0.46.0 reads Run v1alpha1/));
  });

  it('does not take definitions back beyond what is stored', () => {
    expect(planOf(having({ x: '0.59.0', y: '0.60.0' }), having({ x: '0.59.0' })).refused).toEqual([
      'the shared part cannot go back from 0.60.0 to 0.59.0: objects of StepAction are stored as v1beta1, which 0.59.0 does not serve',
    ]);
  });
});

it('tells which objects are stored again', () =>
  expect(steps(having({ x: '0.59.0' }), having({ x: '0.60.0' }))[0]?.notes).toContainEqual(
    expect.stringMatching(/StepAction is stored as v1beta1 from now on/),
  ));

it('is told to a person and to a program', () => {
  const plan = planOf(having({ x: '1.9.0' }), having({ x: '1.9.0', y: '1.15.0' }));
  const about = { from: 'before.yaml', to: 'after.yaml' };
  expect(
    toText(plan, about)
      .split('\n')
      .filter((line) => !line.includes('note:')),
  ).toEqual([
    'from before.yaml to after.yaml',
    '1. upgrade shared part from 1.9.0 to 1.15.0',
    '   before: the conversion of 1.15.0 handles instance x at 1.9.0',
    '   definitions: updated from 1.9.0 to 1.15.0',
    '   conversion webhook: updated from 1.9.0 to 1.15.0',
    '   resolvers: updated from 1.9.0 to 1.15.0',
    '   events controller: updated from 1.9.0 to 1.15.0',
    '2. install instance y at 1.15.0',
    '   before: namespace y is there: the files of a team make it, or else kubectl create namespace y',
    '   definitions: no change, 1.15.0 is there',
    '   conversion webhook: no change, 1.15.0 is there',
    '   resolvers: no change, 1.15.0 is there',
    '   events controller: no change, 1.15.0 is there',
  ]);
  expect(JSON.parse(toJson(plan, about))).toMatchObject({ ...about, ok: true, refused: [], steps: [{}, {}] });
  expect(toText(planOf(NOTHING, NOTHING), about)).toBe('from before.yaml to after.yaml: nothing to do');
});
