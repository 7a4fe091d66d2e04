/* eslint-disable @typescript-eslint/no-require-imports -- as in main.ts */
import type { Command } from 'commander';
import { Option } from 'commander';
import type * as ClusterPlan from './cluster-plan';
import type * as ClusterSecrets from './cluster-secrets';
import type * as Diff from './diff';
import type * as Fetch from './fetch';
import type * as Doctor from './doctor/doctor';
import type * as Import from './import';
import type * as Init from './init/init';
import { OWN_VERSION } from '../words/own-version';
import { textOrJson } from './option-values';
import type * as Promote from './promote';
import type * as New from './team/new';
import type * as Rename from './team/rename';
import type * as Retire from './team/retire';
import type * as Secrets from './team/secrets';
import type { ExitCode } from './terminal';

/** The commands for people who keep a fleet of teams: what a change does, and how teams come and go. */
export function addFleetCommands(main: Command, done: (code: ExitCode | Promise<ExitCode>) => Promise<void>): void {
  main
    .command('diff')
    .description('say what a change of dist/ does, to whom and why; exit 3 if a person must look at it: see below')
    .argument('[team...]', 'only these teams')
    .option('--base <ref>', 'compare with dist/ at this commit, branch or tag')
    .option('--live', 'compare with the cluster that KUBECONFIG names')
    .option('--cluster <cluster>', 'which of the clusters of teams --live looks at (default: the first of each team)')
    .addOption(new Option('--format <format>', 'how to tell it').choices(['text', 'markdown', 'json']).default('text'))
    .option('--root <dir>', 'folder that holds dist/ (default: the current one)')
    .addHelpText(
      'after',
      `
dist/ is read as it is: run synth first.

Changes that delete something, widen access, touch volume claims or immutable fields, or remove something from a Task that
running Pipelines may still use, are listed first. Then the command exits with 3.

Examples:
  $ npx tekton-dag diff --base origin/main --format markdown
  $ npx tekton-dag diff payments --live`,
    )
    .action((teams: string[], options) => done((require('./diff') as typeof Diff).diff(teams, options)));

  main
    .command('doctor')
    .description('ask the cluster that KUBECONFIG names what the fleet needs of it; each finding comes with its remedy')
    .option('--cluster <cluster>', 'which cluster of the fleet it is (default: see below)')
    .option('--team <team>', 'only what this team needs (default: all teams of that cluster)')
    .option('--probe', 'also ask the registry, from a pod of a few seconds in the namespace of each team')
    .addOption(textOrJson())
    .option('--root <dir>', 'folder that holds teams/ and stacks/ (default: the current one)')
    .addHelpText(
      'after',
      `
Without --cluster it is the one that has the name of the context or of the cluster in KUBECONFIG, or the only one of the fleet.
It exits with 1 if it has found an error. If you may not read something, it is reported as not checked, which is
no error. The command only reads, except that --probe starts pods. docs/platform.md lists the checks.

Examples:
  $ npx tekton-dag doctor
  $ npx tekton-dag doctor --cluster production --team payments --probe`,
    )
    .action((options) => done((require('./doctor/doctor') as typeof Doctor).doctor(options)));

  main
    .command('fetch')
    .description('download the releases that cluster files name by URL; synth itself never uses the network')
    .option('--root <dir>', 'folder that holds clusters/ (default: the current one)')
    .addHelpText(
      'after',
      `
They are kept in ~/.cache/tekton-dag, or where XDG_CACHE_HOME or TEKTON_DAG_CACHE say. docs/platform.md says more.

Example:
  $ npx tekton-dag fetch && npx tekton-dag synth`,
    )
    .action((options) => done((require('./fetch') as typeof Fetch).fetchReleases(options)));

  main
    .command('init')
    .description('write a repository of teams and stacks: package.json, a team, a stack, a CI workflow, README.md')
    .option('--example', 'with the example teams of tekton-dag instead of one small team')
    .option('--root <dir>', 'where it is written (default: the current folder)')
    .addHelpText(
      'after',
      `
It writes over no file, and exits with 1 and the names of those that are in the way. To package.json it adds what that lacks.

Examples:
  $ npm install --save-exact ./tekton-dag-${OWN_VERSION}.tgz && npx tekton-dag init
  $ npx tekton-dag init --example --root ../pipelines`,
    )
    .action((options) => done((require('./init/init') as typeof Init).init(options)));

  main
    .command('import')
    .description(
      'write the teams and stacks of the original, the Helm chart and Flask service that tekton-dag replaces; list what is not taken over',
    )
    .requiredOption('--from <dir>', 'clone of that repository: its stacks/, teams/ and helm/ are read')
    .option('--root <dir>', 'where teams/ and stacks/ are written (default: the current folder)')
    .option('--dry-run', 'write nothing')
    .addHelpText(
      'after',
      `
Example:
  $ npx tekton-dag import --from ../tekton-dag --dry-run`,
    )
    .action((options) => done((require('./import') as typeof Import).importRepository(options)));

  main
    .command('promote')
    .description('give a cluster of a team the versions of the cluster before it (docs/promotion.md)')
    .requiredOption('--team <team>', 'whose apps')
    .requiredOption('--to <cluster>', 'one of its clusters, but not the first')
    .option('--app <app...>', 'only this app, once for each (default: all)')
    .option('--root <dir>', 'folder that holds teams/ and stacks/ (default: the current one)')
    .addHelpText(
      'after',
      `
Example:
  $ npx tekton-dag promote --team payments --to production`,
    )
    .action((options) => done((require('./promote') as typeof Promote).promote(options)));

  addClusterCommands(
    main
      .command('cluster')
      .description('what a cluster has of Tekton, and the Secrets that it needs (docs/platform.md)'),
    done,
  );
  addTeamCommands(main.command('team').description('how teams come and go (docs/onboarding.md)'), done);
}

function addClusterCommands(cluster: Command, done: (code: ExitCode | Promise<ExitCode>) => Promise<void>): void {
  cluster
    .command('plan')
    .description('print the steps from the Tektons of one cluster file to those of another, in their order')
    .option('--from <file>', 'cluster file as it was (default: nothing is installed)')
    .option('--to <file>', 'cluster file as it will be (default: nothing stays)')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .option('--root <dir>', 'folder from which the files name release manifests (default: the current one)')
    .addHelpText(
      'after',
      `
Each step says how it changes the parts that instances share: definitions, conversion webhook, resolvers, events controller.
The key tekton.shared of the files decides whether a part is left out, stays at a version or stays at the end. Settings that go, and
versions that fall, are reported. It exits with 1 if a file is wrong, or if versions rule each other out on the way. Teams are not read.

Examples:
  $ git show HEAD:clusters/production.yaml > before.yaml
  $ npx tekton-dag cluster plan --from before.yaml --to clusters/production.yaml
  $ npx tekton-dag cluster plan --to clusters/production.yaml --format json`,
    )
    .action((options) => done((require('./cluster-plan') as typeof ClusterPlan).clusterPlan(options)));

  cluster
    .command('secrets')
    .description('list the Secrets that a cluster needs or may have beside those of its teams, and what makes each')
    .option('--cluster <cluster>', 'which cluster of the fleet (default: all of them)')
    .addOption(textOrJson())
    .option('--root <dir>', 'folder that holds teams/ and clusters/ (default: the current one)')
    .addHelpText(
      'after',
      `
Each comes with the kubectl line that makes it, or with the entry of the store that External Secrets makes it of.
"team secrets" does the same for a team.

Example:
  $ npx tekton-dag cluster secrets --cluster production`,
    )
    .action((options) => done((require('./cluster-secrets') as typeof ClusterSecrets).listClusterSecrets(options)));
}

function addTeamCommands(team: Command, done: (code: ExitCode | Promise<ExitCode>) => Promise<void>): void {
  const root = ['--root <dir>', 'folder that holds teams/ and stacks/ (default: the current one)'] as const;

  team
    .command('new')
    .description('write the file of a team, and a first stack')
    .argument('<name>')
    .requiredOption('--cluster <cluster>', 'cluster by the name that Argo CD knows')
    .requiredOption('--registry <registry>', 'registry, and path in it, of its images')
    .option('--namespace <namespace>', 'namespace of its runs (default: team-<name>)')
    .option('--tekton <instance>', 'instance of Tekton that runs what it has, on a cluster with several')
    .option('--stack <file...>', 'its stacks, once for each (default: stacks/<name>.yaml)')
    .option(...root)
    .addHelpText(
      'after',
      `
Example:
  $ npx tekton-dag team new payments --cluster production-ci --registry registry.example.com/payments`,
    )
    .action((name: string, options) => done((require('./team/new') as typeof New).teamNew(name, options)));

  team
    .command('secrets')
    .description('list the Secrets that a team needs or may have, and what makes each')
    .argument('<team>')
    .addOption(textOrJson())
    .option(...root)
    .action((name: string, options) => done((require('./team/secrets') as typeof Secrets).listSecrets(name, options)));

  team
    .command('rename')
    .description('give a team another name; its namespaces keep theirs')
    .argument('<team>')
    .argument('<new-name>')
    .option(...root)
    .action((from: string, to: string, options) =>
      done((require('./team/rename') as typeof Rename).teamRename(from, to, options)),
    );

  team
    .command('retire')
    .description('remove a team and the stacks that only it has, and say in which order what it has goes')
    .argument('<team>')
    .option('--dry-run', 'remove nothing')
    .option('--force', 'remove also what is not committed')
    .option(...root)
    .action((name: string, options) => done((require('./team/retire') as typeof Retire).teamRetire(name, options)));
}
