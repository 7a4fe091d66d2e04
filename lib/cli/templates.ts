import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { Versions } from '../fleet/promotion';
import { versionsOf } from '../fleet/promotion';
import { YAML, folderOf, inRepository } from '../output/layout';
import type { Template } from '../output/released';
import { readTemplate, releasedFile } from '../output/released';
import { nearest } from '../words/nearest';
import { InputError } from '../words/problem';
import { promoteTo } from './promote-to';
import { readVersions } from './versions';

/**
 * `deploy` and `promote`: what runs write of a team whose Deployments Git owns. Both know of the team what synth has left in
 * `dist/templates/`, so a release needs no package of the repository, and none of its code runs beside the token that pushes.
 */

interface Options {
  readonly team: string;
}
interface PromoteOptions extends Options {
  readonly to: string;
  readonly app?: readonly string[];
}

const teamOption = ['--team <team>', 'whose templates'] as const;

/** Adds the commands. */
export function addTemplateCommands(main: Command): void {
  main
    .command('deploy')
    .description('write the Deployments of a team, on each of its clusters, as its versions files are')
    .requiredOption(...teamOption)
    .action(({ team }: Options) => readTemplates(team).forEach(deploy));
  main
    .command('promote')
    .description('give a cluster of a team the versions of the cluster before it')
    .requiredOption(...teamOption)
    .requiredOption('--to <cluster>', 'the cluster that gets them')
    .option('--app <app...>', 'these apps alone')
    .action(({ team, to, app }: PromoteOptions) => {
      const templates = inOrder(readTemplates(team));
      const stages = templates.map((template) => ({
        cluster: template.cluster,
        versions: versionsFor(template),
        file: template.versions,
      }));
      process.exitCode = promoteTo({ team, stages, apps: templates[0]?.apps ?? [] }, { root: '.', to, apps: app });
    });
}

/** @throws InputError where synth has left none */
function readTemplates(team: string): readonly Template[] {
  const folder = inRepository(folderOf('templates', { team }));
  const files = namesIn(folder).filter((file) => file.endsWith(YAML));
  if (files.length === 0)
    throw new InputError([
      {
        file: folder,
        message: `has no template: set environment.deploy of team ${team} to gitops, run npm run synth and commit dist/`,
        suggestion: nearest(team, namesIn(dirname(folder))),
        severity: 'error',
      },
    ]);
  return files.map((file) => readTemplate(`${folder}/${file}`, readFileSync(`${folder}/${file}`, 'utf8'), team));
}

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** From the cluster where releases go, each behind the one that it follows. */
function inOrder(templates: readonly Template[], behind?: string): readonly Template[] {
  const next = templates.find(({ follows }) => follows === behind);
  if (next === undefined) return [];
  const others = templates.filter((template) => template !== next);
  return [next, ...inOrder(others, next.cluster)];
}

/** Nothing is on a further cluster until something is promoted there. */
const versionsFor = ({ versions: file }: Template): Versions =>
  existsSync(file) ? versionsOf(readVersions(file)) : {};

function deploy(template: Template): void {
  const { path, text } = releasedFile(template, versionsFor(template));
  if (text === undefined) {
    rmSync(path, { force: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
