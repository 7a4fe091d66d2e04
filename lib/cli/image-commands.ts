/* eslint-disable @typescript-eslint/no-require-imports -- as in main.ts */
import type { Command } from 'commander';
import type * as Check from './images/check';
import type * as List from './images/list';
import type * as Mirror from './images/mirror';
import { registryOf, textOrJson } from './option-values';
import type { ExitCode } from './terminal';

/** The commands about the images that a fleet uses. */
export function addImageCommands(main: Command, done: (code: ExitCode | Promise<ExitCode>) => Promise<void>): void {
  const images = main
    .command('images')
    .description('which images the fleet uses, and whether they are supported and pinned (docs/images.md)');
  const root = ['--root <dir>', 'folder that holds teams/ and stacks/ (default: the current one)'] as const;

  images
    .command('list')
    .description(
      'list each image that synth writes, with its key in the table of tool images and the teams that use it',
    )
    .addOption(textOrJson())
    .option(...root)
    .addHelpText(
      'after',
      `
Examples:
  $ npx tekton-dag images list
  $ npx tekton-dag images list --format json | jq -r '.[].image'`,
    )
    .action((options) => done((require('./images/list') as typeof List).listImages(options)));

  images
    .command('mirror')
    .description('print the skopeo commands that copy tool images, and images of releases, to a registry')
    .argument('<registry>', 'registry, and path in it: what images.mirror of teams says', registryOf)
    .option('--apply', 'run these commands')
    .option(...root)
    .addHelpText(
      'after',
      `
Each image is copied for all of its platforms, and keeps its digest. Images that a team names in images.overrides are not copied.
--apply needs skopeo, and goes on after an image that it cannot copy. Then it exits with 1. Log in before: skopeo login.

Examples:
  $ npx tekton-dag images mirror registry.example.com/mirror > copy.sh
  $ npx tekton-dag images mirror registry.example.com/mirror --apply`,
    )
    .action((registry: string, options) =>
      done((require('./images/mirror') as typeof Mirror).mirrorImages(registry, options)),
    );

  images
    .command('check')
    .description('find versions of languages that get no fixes any more, and images that are named without a digest')
    .option('--probe', 'also ask each registry whether it has the image, with skopeo')
    .addOption(textOrJson())
    .option(...root)
    .addHelpText(
      'after',
      `
It exits with 1 if the support of a version in use has ended, or if a registry does not give an image. An image without a
digest is a warning, and so is a version that has at most 90 days left.

Examples:
  $ npx tekton-dag images check
  $ npx tekton-dag images check --probe`,
    )
    .action((options) => done((require('./images/check') as typeof Check).checkImages(options)));
}
