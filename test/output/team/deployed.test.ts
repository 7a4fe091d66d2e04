import { ApiObject, Chart } from 'cdk8s';
import type { Customize } from '../../../lib/team';
import { synthFleet } from '../../../lib/output/synth';
import { app, resolve, stackFile, team } from '../../fleet/support';

/** Deployments that runs apply, where charts and names meet. */

const of = (stacks: readonly string[], over = {}) =>
  resolve({
    teams: [team('alpha', stacks, over)],
    stacks: stacks.map((name, index) => {
      const { file, text } = stackFile(name, [app(`web${index}`)]);
      // YAML would read 55 as a number
      return { file, text: text.replace(`name: ${name}`, `name: "${name}"`) };
    }),
  }).fleet!;
const by = (customize: Customize) => ({ teams: new Map([['alpha', customize]]) });

it.each([
  [['55'], { environment: { deploy: 'gitops' } }],
  [['55'], {}],
  [['40-x', 'x-apps', 'x'], {}],
])('of stacks %j are told from files of the same names', (stacks, over) => {
  const fleet = of(stacks, over);
  const before = synthFleet(fleet).files;
  expect(
    synthFleet(
      fleet,
      by(() => {}),
    ).files,
  ).toEqual(before);
});

it('have no other objects beside them', () => {
  const customize: Customize = (objects) => {
    const own = objects.find(({ kind, name }) => kind === 'Deployment' && name === 'web0')!;
    new ApiObject(Chart.of(own), 'more', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' } });
  };
  expect(() => synthFleet(of(['one']), by(customize))).toThrow(
    "customize of team 'alpha': ConfigMap more is added beside Deployments that runs apply",
  );
});
