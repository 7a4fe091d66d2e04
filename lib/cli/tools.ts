import { Command, CommanderError } from 'commander';
import { addPullRequestCommand } from './pull-request';
import { addTemplateCommands } from './templates';
import { EXIT, report } from './terminal';
import { addVersionsCommand } from './versions';

/**
 * The program that Tasks run on a checkout of the platform repository, as /tools.js of an image of ours: what they need is
 * there without the packages of that repository.
 */

const program = new Command('tools').exitOverride();
addVersionsCommand(program);
addTemplateCommands(program);
addPullRequestCommand(program);
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  else process.exitCode = report(error);
});
