/* eslint-disable @typescript-eslint/no-require-imports -- as in main.ts */
import { Argument } from 'commander';
import type { Command } from 'commander';
import type * as Image from './image';
import type * as ImportCrds from './import-crds';
import type * as Kind from './kind/kind';
import { isClone } from './package';
import type { ExitCode } from './terminal';

/** A cluster to try it; and in a clone, for people who work on this program, the image of the orchestrator and generated types. */
export function addRepositoryCommands(
  main: Command,
  done: (code: ExitCode | Promise<ExitCode>) => Promise<void>,
): void {
  main
    .command('kind')
    .description('a cluster in Docker for one person: Kubernetes, a registry, Tekton and the teams of kind-tekton-dag')
    .addArgument(new Argument('<what>', 'start it, or remove it').choices(['up', 'down']))
    .addHelpText(
      'after',
      `
Example:
  $ npx tekton-dag kind up`,
    )
    .action((what: 'up' | 'down') => {
      const { kindUp, kindDown } = require('./kind/kind') as typeof Kind;
      return done(what === 'up' ? kindUp() : kindDown());
    });

  // what these read is not in the npm package
  if (!isClone()) return;
  main
    .command('image')
    .description('build the image of the orchestrator, with docker, podman or buildah')
    .option('--tag <reference>', 'name of the image (default: the one of teams that name no other)')
    .option('--push', 'push it, too')
    .option('--build-arg <name=value...>', 'for an ARG of orchestrator/Dockerfile, such as a base image from a mirror')
    .addHelpText(
      'after',
      `
Example:
  $ npm run image -w orchestrator -- --tag registry.example.com/orchestrator:1.2.0 --push`,
    )
    .action((options) => done((require('./image') as typeof Image).image(options)));

  main
    .command('import-crds')
    .description('generate imports/ from CustomResourceDefinitions')
    .option('--from <dir>', 'folder of CRD files (default: the release addresses in cdk8s.yaml)')
    .option('--check', 'write nothing; exit 1 if imports/ is not what the CRDs give')
    .addHelpText(
      'after',
      `
Example:
  $ npm run import -- --from ../crds --check`,
    )
    .action((options) => done((require('./import-crds') as typeof ImportCrds).importCrds(options)));
}
