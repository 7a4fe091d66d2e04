import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { loadFleet } from '../../lib/cli/load';
import { makeTeams } from '../../lib/cli/team-threads';
import type { MadeAhead, Work } from '../../lib/output/make-ahead';
import { isObjects, pathOf } from '../../lib/output/layout';
import type { Places } from '../../lib/output/made-team';
import { synthFleet } from '../../lib/output/synth';
import { writeFleet } from '../bench/fleet';
import { tektonDag } from '../support/cli';
import { Folder } from './folder';

/** Threads make of a team what one thread would. */

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

interface Answer {
  readonly index: number;
  readonly made?: MadeAhead;
}

/** What a thread answers that finds these teams taken. */
function answersOf(work: Work, taken: readonly number[] = []): readonly Answer[] {
  const claims = new Int32Array(new SharedArrayBuffer(4 * (work.teams.length + 1)));
  for (const index of taken) claims[index] = 1;
  const { port1, port2 } = new MessageChannel();
  makeTeams({ work, claims, port: port2 });
  const answers: Answer[] = [];
  for (let next = receiveMessageOnPort(port1); next !== undefined; next = receiveMessageOnPort(port1))
    answers.push(next.message as Answer);
  port1.close();
  expect(claims.at(-1)).toBe(answers.length);
  return answers;
}

const placesOf = (): readonly Places[] => {
  folder.fleet('alpha', 'beta', 'gamma');
  return loadFleet({ root: folder.path }).fleet.teams.map((team): Places => [team]);
};

it('writes the same bytes, and check agrees, where there are teams enough for several threads', () => {
  writeFleet(folder.path, 11, 40);
  const { fleet } = loadFleet({ root: folder.path });
  expect(tektonDag(['synth', '--root', folder.path])).toMatchObject({ status: 0 });
  const written = (path: string): string => readFileSync(join(folder.path, 'dist', path), 'utf8');
  for (const [path, text] of synthFleet(fleet).files) expect([path, written(path) === text]).toEqual([path, true]);
  expect(tektonDag(['synth', '--check', '--root', folder.path])).toMatchObject({ status: 0 });
});

it('a thread makes what nobody has begun, the last team first, with every text and what was found', () => {
  const teams = placesOf();
  const alone = synthFleet(loadFleet({ root: folder.path }).fleet);
  const answers = answersOf({ teams, shared: [] }, [1]);
  expect(answers.map(({ index }) => index)).toEqual([2, 0]);
  for (const { index, made } of answers) {
    const { name } = teams[index]![0];
    const ofTeam = alone.parts.filter(
      (part) => isObjects(part) && part.team === name && part.folder === `teams/${name}`,
    );
    expect([...made!.texts.values()].sort()).toEqual(ofTeam.map((part) => alone.files.get(pathOf(part))).sort());
    expect([...made!.team.findings.keys()]).toEqual(['prod']);
  }
});

it('a team that cannot be made is left to whoever tells why, and the others are made', () => {
  const [first, , last] = placesOf();
  const broken = [{ ...first![0], stacks: undefined }] as unknown as Places;
  expect(
    answersOf({ teams: [first!, broken, last!], shared: [] }).map(({ index, made }) => [index, made !== undefined]),
  ).toEqual([
    [2, true],
    [1, false],
    [0, true],
  ]);
});

it('tells what is wrong with the objects of every team, whichever thread has made it', () => {
  writeFleet(folder.path, 11, 40);
  for (const team of ['team-0', 'team-10']) {
    folder.write(
      `${team}.yaml`,
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app-0 }\nspec:\n  template: { spec: { containers: [{ name: app-0, image: IMAGE }, { name: proxy, image: proxy }] } }\n',
    );
    const [stack, own] = [`stacks/${team}.yaml`, `teams/${team}/team.yaml`];
    folder.write(
      stack,
      folder.read(stack).replace('    build:', `    deploy:\n      manifests: ${team}.yaml\n    build:`),
    );
    folder.write(own, `${folder.read(own)}environment: { deploy: gitops }\n`);
  }
  const { status, stderr } = tektonDag(['synth', '--root', folder.path]);
  expect(status).toBe(1);
  for (const team of ['team-0', 'team-10'])
    expect(stderr).toContain(
      `dist/teams/${team}/55-apps.yaml: Deployment ${team}-env/app-0 spec.template.spec.containers[1].image: image has no tag`,
    );
});
