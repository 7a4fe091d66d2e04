import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LABELS } from '../../lib/words/labels';
import { pipelineOfWord } from '../../lib/original/pipeline-words';
import { teamSecrets } from '../../lib/output/secrets/secrets-of';
import { synthFleet } from '../../lib/output/synth';
import { loadFleet } from '../../lib/cli/load';
import type { Manifest } from '../../lib/kube/manifest';
import { SETTINGS } from '../../lib/original/settings';
import { readTeamSettings } from '../../lib/original/team-settings';
import { objectsOf } from '../../lib/diff/files';
import { inProcess } from '../support/cli';

/** Each line of the table in docs/migration.md: what it says there is, there is, and what it says is gone, is gone. */

const ROOT = join(__dirname, '../..');
const lines = readFileSync(join(ROOT, 'docs/migration.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what'))
  .map((line) => line.slice(2, -2).split(' | ') as [what: string, there: string, here: string]);

const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
const isNone = (here: string): boolean => here.startsWith('none: ');

const { fleet } = loadFleet({ root: ROOT });
/** With every Task of the catalogue: an example is made where a stack names it. */
const hooked = {
  ...fleet,
  teams: fleet.teams.map((team) => ({
    ...team,
    stacks: team.stacks.map((stack) => ({ ...stack, hooks: { ...stack.hooks, 'post-test': ['notify'] } })),
  })),
};
const objects = objectsOf(synthFleet(hooked).files, new Set()).map(({ object }) => object);
const names = (kind: string): string[] =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
const pipelines = objects.filter(({ kind }) => kind === 'Pipeline') as (Manifest & {
  spec: { params?: { name: string }[]; workspaces?: { name: string }[] };
})[];
const paramsOf = (pipeline: string): string[] =>
  pipelines
    .filter(({ metadata }) => metadata.name.endsWith(pipeline.replace('<stack>', '')))
    .flatMap(({ spec }) => spec.params ?? [])
    .map(({ name }) => name);
const allParams = pipelines.flatMap(({ spec }) => spec.params ?? []).map(({ name }) => name);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const helps = new Map<string, string>();
async function help(command: string): Promise<string> {
  if (!helps.has(command)) helps.set(command, (await inProcess([command, '--help'], ROOT)).stdout);
  return helps.get(command)!;
}

type Check = (there: string, here: string) => void | Promise<void>;

const checks: Readonly<Record<string, Check>> = {
  pipeline(there, here) {
    const kind = pipelineOfWord(codes(there)[0]!);
    expect(codes(here)[0]).toBe(`<stack>-${kind}`);
    expect(names('Pipeline')).toContain(`shop-${kind}`);
  },
  param(there, here) {
    const [name, pipeline] = codes(there);
    if (!isNone(here)) {
      const [param, of] = codes(here);
      expect(paramsOf(of!)).toContain(param);
      expect(pipeline).toBeDefined();
    } else if (pipeline !== undefined) {
      expect(paramsOf(`<stack>-${pipelineOfWord(pipeline)}`)).not.toContain(name);
    } else {
      expect(allParams).not.toContain(name);
    }
    for (const hook of codes(here).filter((code) => code.startsWith('hooks.')))
      expect(name).toBe(`${hook.slice('hooks.'.length)}-task`);
  },
  workspace: () => expect(pipelines.flatMap(({ spec }) => spec.workspaces ?? [])).toEqual([]),
  task(there, here) {
    if (isNone(here)) expect(names('Task')).not.toContain(codes(there)[0]);
    else expect(names('Task')).toEqual(expect.arrayContaining(codes(here)));
  },
  setting(there, here) {
    const [path] = codes(there);
    const setting = SETTINGS.find(({ from }) => from === path)!;
    const value =
      path === 'stackFile'
        ? 'stacks/x.yaml'
        : path === 'compileImageVariants.*'
          ? 'r.example.com/maven:1'
          : path === 'orchestrationService.enabled'
            ? false
            : 'marked';
    const key = path!.replace('*', path === 'compileImageVariants.*' ? 'maven-java21' : 'any');
    const yaml =
      key
        .split('.')
        .map((part, i) => `${'  '.repeat(i)}${part}:`)
        .join('\n') + ` ${value}\n`;
    const { props, left } = readTeamSettings('x', new Map([['teams/x/values.yaml', yaml]]));
    if (isNone(here)) {
      expect(here).toBe(`none: ${setting.why}`);
      expect(left).toContainEqual({ file: 'teams/x/values.yaml', path: key, why: setting.why });
    } else {
      const at = codes(here)[0]!
        .replace('*', 'maven-21')
        .split('.')
        .reduce<unknown>((inner, part) => (inner as Record<string, unknown>)[part], props);
      expect([at].flat()).toEqual([value]);
    }
  },
  object(_, here) {
    const kind = here.split(' ')[0]!;
    expect(names(kind)).toEqual(expect.arrayContaining(codes(here)));
  },
  secret: (_, here) => expect(teamSecrets(fleet.teams[0]!).map(({ name }) => name)).toContain(codes(here)[0]),
  label: (_, here) => expect(Object.values(LABELS)).toContain(codes(here)[0]),
  async run(there, here) {
    const word = { pr: 'pr', bootstrap: 'bootstrap', merge: 'merge' }[/^`stack-([a-z]+)-/.exec(there)![1] as 'pr']!;
    const { stdout } = await inProcess(
      ['run', word, '--team=local', '--stack=shop', '--pr=42', '--revision=4f2c9d1', '--app=catalog', '--output=json']
        .filter((arg) => word === 'pr' || !/--pr/.test(arg))
        .filter((arg) => word !== 'bootstrap' || !/--revision/.test(arg)),
      ROOT,
    );
    const { metadata } = JSON.parse(stdout) as { metadata: { generateName?: string } };
    expect(`${metadata.generateName}…`).toBe(codes(here)[0]!.replace('<number>', '42'));
  },
  async script(_, here) {
    const [command] = codes(here);
    if (isNone(here) || command === 'npm test') return;
    if (command!.startsWith('npm run ')) expect(Object.keys(scripts)).toContain(command!.slice('npm run '.length));
    else expect(await help(command!.split(' ')[2]!)).toContain(`Usage: ${command!.slice('npx '.length)} `);
  },
  async option(there, here) {
    const option = codes(there)[0]!.split(' ')[1]!;
    const text = await help('run');
    if (isNone(here)) expect(text).not.toMatch(new RegExp(`${option}\\b`));
    else for (const word of codes(here)[0]!.split(' ').slice(1)) expect(text).toContain(word);
    for (const word of codes(here).slice(1)) expect(pipelineOfWord(word)).toBeDefined();
  },
  endpoint(_, here) {
    const source = join(ROOT, 'orchestrator/src');
    const text = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(source, file), 'utf8'))
      .join('\n');
    // until the orchestrator answers requests there is nothing to hold the line to
    if (!isNone(here) && text.includes("'/healthz'")) expect(text).toContain(`'${codes(here)[0]!.split(' ')[1]}'`);
  },
};

it('has lines of every sort', () =>
  expect([...new Set(lines.map(([what]) => what))].sort()).toEqual(Object.keys(checks).sort()));

it.each(lines)('%s %s: %s', (what, there, here) => checks[what]!(there, here));

it('says of each setting of the original where it is', () => {
  const told = lines.filter(([what]) => what === 'setting').map(([, there]) => codes(there)[0]);
  expect(told.sort()).toEqual(
    SETTINGS.filter(({ from, to }) => from !== to)
      .map(({ from }) => from)
      .sort(),
  );
});
