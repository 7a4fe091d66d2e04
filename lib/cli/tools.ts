import { Command, CommanderError } from 'commander';
import { addPullRequestCommand } from './pull-request';
import { addSummarizeCommand } from './summarize';
import { addTemplateCommands } from './templates';
import { EXIT, report } from './terminal';
import { addVersionsCommand } from './versions';

/**
 * The program that Tasks run as /tools.js of an image of ours: on a checkout of the platform repository, where what they need
 * is there without the packages of that repository, and on reports of tests.
 */

const program = new Command('tools').exitOverride();
addVersionsCommand(program);
addTemplateCommands(program);
addPullRequestCommand(program);
addSummarizeCommand(program);
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  else process.exitCode = report(error);
});
