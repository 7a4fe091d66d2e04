/**
 * What must not compile. Nothing here runs: `npm run typecheck` reads it, and an error that no longer comes (an unused
 * `@ts-expect-error`) is an error itself.
 */
import { Param } from '../../lib/tekton/param';
import { Task, isIn } from '../../lib/tekton/task';
import { builder, chart, deployer, pipeline, resources } from './fixtures';

export function mustNotCompile(): void {
  const scope = chart();
  const build = builder(scope);
  const deploy = deployer(scope);
  const all = pipeline(scope);
  const timeout = '1m';
  const source = all.workspaces.source;
  const built = all.task('build', build, {
    params: { app: 'cart', flags: all.params.apps },
    workspaces: { source },
    timeout,
  });

  // Params of a Task, used by a Pipeline.
  // @ts-expect-error a misspelt param
  all.task('a', deploy, { params: { digset: 'x' }, timeout });
  // @ts-expect-error a param left out
  all.task('b', build, { params: { flags: [] }, timeout });
  // @ts-expect-error no params at all where one is needed
  all.task('c', build, { timeout });
  // @ts-expect-error a string where an array is due
  all.task('d', build, { params: { app: 'cart', flags: 'fast' }, timeout });
  // @ts-expect-error an array where a string is due
  all.task('e', build, { params: { app: all.params.apps }, timeout });
  // @ts-expect-error an object without one of its keys
  all.task('f', build, { params: { app: 'cart', versions: { node: '22' } }, timeout });
  // @ts-expect-error an object with a key too many
  all.task('g', build, { params: { app: 'cart', versions: { node: '22', npm: '10', yarn: '1' } }, timeout });
  // @ts-expect-error a number
  all.task('h', deploy, { params: { digest: 1 }, timeout });

  // Params of a Pipeline.
  // @ts-expect-error a misspelt param
  void all.params.revison;
  // @ts-expect-error a key that the object does not have
  all.params.revisions.key('web');

  // Results.
  // @ts-expect-error a misspelt result
  void built.results.DIGST;
  // @ts-expect-error an array result where a string is due
  all.task('i', deploy, { params: { digest: built.results.FILES }, timeout });
  // @ts-expect-error a Task without results has none
  void all.task('j', deploy, { params: { digest: 'x' }, timeout }).results.DIGEST;
  const matrixed = all.fanOut('k', build, { combinations: [{ name: 'a', params: { app: 'a' } }], timeout });
  // @ts-expect-error the results of a matrix are lists
  all.task('l', deploy, { params: { digest: matrixed.results.DIGEST }, timeout });
  // @ts-expect-error only a string param can differ between combinations
  all.fanOut('m', build, { combinations: [{ name: 'a', params: { flags: ['a'] } }], params: { app: 'cart' }, timeout });
  // @ts-expect-error a combination takes a string
  all.fanOut('n', build, { combinations: [{ name: 'a', params: { app: ['cart'] } }], timeout });
  // @ts-expect-error what is neither given to all nor to each combination
  all.fanOut('n', build, { combinations: [{ name: 'a', params: {} }], timeout });

  // Finally.
  // @ts-expect-error a finally task gives no results
  void all.finally('o', build, { params: { app: 'cart' }, timeout }).results;
  // @ts-expect-error a finally task has no order
  all.finally('p', deploy, { params: { digest: 'x' }, after: [built], timeout });
  // @ts-expect-error how a task ended is for finally alone
  all.task('q', deploy, { params: { digest: built.status }, timeout });
  all.finally('r', deploy, { params: { digest: built.status, files: [built.status] }, timeout });

  // Workspaces.
  // @ts-expect-error a workspace that the Task does not have
  all.task('s', build, { params: { app: 'cart' }, workspaces: { sources: source }, timeout });
  // @ts-expect-error a workspace that the Pipeline does not have
  void all.workspaces.sources;

  // Order, guards, options.
  // @ts-expect-error order is by task, not by name
  all.task('t', deploy, { params: { digest: 'x' }, after: ['build'], timeout });
  // @ts-expect-error a guard compares with a list
  isIn('cart', 'cart');
  // @ts-expect-error an account that does not exist
  all.task('u', deploy, { params: { digest: 'x' }, account: 'admin', timeout });
  // @ts-expect-error every task has a timeout
  all.task('v', deploy, { params: { digest: 'x' } });

  // Inside a Task.
  new Task(scope, 'inner', {
    description: 'x',
    params: { app: Param.string() },
    steps: ({ params, workspaces }) => [
      // @ts-expect-error a misspelt param
      { name: 's', image: 'i:1', script: '', resources, env: { APP: params.ap } },
      // @ts-expect-error a workspace that the Task does not declare
      { name: 's', image: 'i:1', script: '', resources, env: { SOURCE: workspaces.source.path } },
      // @ts-expect-error a step without requests and limits
      { name: 's', image: 'i:1', script: '' },
    ],
  });
}
