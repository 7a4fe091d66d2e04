import { app, resolve, stackFile, team } from '../support';

/** A branch on which versions wait holds those of one team. */

const repoURL = 'https://github.com/acme/platform.git';
const told = (a?: string, b?: string): readonly string[] =>
  resolve({
    teams: [
      team('a', ['x'], { platform: { repoURL, versionsBranch: a } }),
      team('b', ['y'], { platform: { repoURL, versionsBranch: b } }),
    ],
    stacks: [stackFile('x', [app('one')]), stackFile('y', [app('two')])],
  }).said;

it.each([
  [undefined, undefined],
  ['releases/a', 'releases/b'],
  ['releases', undefined],
  ['tekton-dag/versions-a', undefined],
])('teams may have %s and %s', (a, b) => expect(told(a, b)).toEqual([]));

const ownOfB = 'is in the way of the versions of team a (teams/a/team.ts)';
const ownOfA = 'is in the way of the versions of team b (teams/b/team.ts)';
it.each([
  ['the same', 'releases', 'releases', 'b', ownOfB],
  ['one in a folder that the other would be', 'releases', 'releases/b', 'b', ownOfB],
  ['one that would be a folder of the other', 'releases/a', 'releases', 'b', ownOfB],
  ["another's default", 'tekton-dag/versions-b', undefined, 'a', ownOfA],
  ["a folder of another's default", 'tekton-dag', undefined, 'a', ownOfA],
])('two teams that name %s are told', (_, a, b, name, message) => {
  const found = (name === 'a' ? a : b) ?? '';
  expect(told(a, b)).toEqual([
    `teams/${name}/team.ts: platform.versionsBranch: ${message} (found "${found}"; expected a branch of its own; without the key it is tekton-dag/versions-${name})`,
  ]);
});

it('the branch that takes the pull request is not one of these', () =>
  expect(told('main')).toEqual([
    'teams/a/team.ts: platform.versionsBranch: is the branch that takes the pull request (found "main"; expected another than platform.revision, or none)',
  ]));
