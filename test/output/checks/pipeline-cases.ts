import type { Case, Loose, World } from './world';
import { step } from './world';

const spec = ({ pipeline }: World): Loose => pipeline.spec;
const cart = ({ pipeline }: World): Loose => pipeline.spec.tasks[0];
const shop = ({ pipeline }: World): Loose => pipeline.spec.tasks[1];
const last = ({ pipeline }: World): Loose => pipeline.spec.finally[0];
/** Gives a value to the last task, whose Task is not ours. */
const give = (value: unknown) => (w: World) => last(w).params.push({ name: 'x', value });
const giveShop = (value: string) => (w: World) => (shop(w).params[0].value = value);
const another = (task: object) => (w: World) =>
  spec(w).tasks.push({ name: 'another', taskRef: { name: 'hook' }, timeout: '1m', ...task });
const matrix = (values: unknown, more: object = {}) =>
  another({ matrix: { params: [{ name: 'm', value: values }], ...more } });

export const pipelineCases: readonly Case[] = [
  { rule: 'tekton-1', what: 'no spec', bad: (w) => (w.pipeline.spec = {}) },
  { rule: 'tekton-2', what: 'a task with a dot in its name', bad: another({ name: 'a.b' }) },
  {
    rule: 'tekton-2',
    what: 'a name of 64 characters',
    bad: another({ name: 'a'.repeat(64) }),
    good: another({ name: 'a'.repeat(63) }),
  },
  { rule: 'tekton-3', what: 'a name twice, once in finally', bad: (w) => (last(w).name = 'build-shop') },
  { rule: 'tekton-4', what: 'neither taskRef nor taskSpec', bad: another({ taskRef: undefined }) },
  {
    rule: 'tekton-4',
    what: 'both taskRef and taskSpec',
    bad: another({ taskSpec: { steps: [step('s')] } }),
    good: another({ taskRef: undefined, taskSpec: { steps: [step('s')] } }),
  },
  {
    rule: 'tekton-4',
    what: 'a pipeline in a pipeline',
    bad: another({ taskRef: undefined, pipelineRef: { name: 'p' } }),
  },
  {
    rule: 'tekton-6',
    what: 'an inline task with a kind',
    bad: another({ taskRef: undefined, taskSpec: { kind: 'Task', steps: [step('s')] } }),
  },
  {
    rule: 'tekton-7',
    what: 'a custom task without apiVersion',
    bad: another({ taskRef: { kind: 'Loop', name: 'x' } }),
    good: another({ taskRef: { apiVersion: 'example.org/v1', kind: 'Loop', name: 'x' } }),
  },
  {
    rule: 'tekton-7',
    what: 'a custom task without kind',
    bad: another({ taskRef: { apiVersion: 'example.org/v1', name: 'x', kind: '' } }),
  },
  {
    rule: 'tekton-8',
    what: 'fewer retries than none',
    bad: (w) => (w.pipeline.spec.tasks[0].retries = -1),
    good: (w) => (w.pipeline.spec.tasks[0].retries = 1),
  },
  {
    rule: 'tekton-8',
    what: 'an unknown onError',
    bad: (w) => (cart(w).onError = 'ignore'),
    good: (w) => (cart(w).onError = 'continue'),
  },
  {
    rule: 'tekton-8',
    what: 'onError: continue with retries',
    bad: (w) => Object.assign(cart(w), { onError: 'continue', retries: 1 }),
    good: (w) => (cart(w).retries = 1),
  },
  {
    rule: 'tekton-10',
    what: 'a taskRef without name',
    bad: another({ taskRef: { kind: 'Task' } }),
    good: another({ taskRef: { resolver: 'git', params: [{ name: 'url', value: 'u' }] } }),
  },
  { rule: 'tekton-10', what: 'a resolver and a name', bad: another({ taskRef: { resolver: 'git', name: 'hook' } }) },
  {
    rule: 'tekton-10',
    what: 'params of no resolver',
    bad: another({ taskRef: { params: [{ name: 'url', value: 'u' }] } }),
  },
  {
    rule: 'tekton-10',
    what: 'a param of a resolver twice',
    bad: another({
      taskRef: {
        resolver: 'git',
        params: [
          { name: 'url', value: 'u' },
          { name: 'URL', value: 'u' },
        ],
      },
    }),
  },
  { rule: 'tekton-11', what: 'runAfter of no task', bad: (w) => shop(w).runAfter.push('build-crt') },
  { rule: 'tekton-11', what: 'runAfter of a task of finally', bad: (w) => shop(w).runAfter.push('publish') },
  {
    rule: 'tekton-11',
    what: 'a result of no task',
    bad: giveShop('$(tasks.build-crt.results.DIGEST)'),
    also: ['reference'],
  },
  {
    rule: 'tekton-11',
    what: 'a cycle of runAfter',
    bad: (w) => (cart(w).runAfter = ['build-shop']),
    says: /cycle \(found build-cart > build-shop > build-cart\)/,
  },
  {
    rule: 'tekton-11',
    what: 'a cycle through a condition',
    bad: (w) => cart(w).when.push({ input: '$(tasks.build-shop.results.DIGEST)', operator: 'in', values: ['x'] }),
  },
  { rule: 'tekton-11', what: 'a task that waits for itself', bad: (w) => shop(w).runAfter.push('build-shop') },
  {
    rule: 'tekton-12',
    what: 'finally without tasks',
    bad: (w) => Object.assign(spec(w), { tasks: [], results: [], finally: [{ ...last(w), params: [] }] }),
    good: (w) => Object.assign(spec(w), { finally: [] }),
  },
  { rule: 'tekton-13', what: 'runAfter in finally', bad: (w) => (last(w).runAfter = ['build-cart']) },
  {
    rule: 'tekton-14',
    what: 'a result of another task of finally',
    bad: (w) => (spec(w).finally.push({ ...last(w), name: 'more', params: [] }), give('$(tasks.more.results.x)')(w)),
    says: /finally cannot use/,
  },
  {
    rule: 'tekton-14',
    what: 'in finally a result of no task',
    bad: give('$(tasks.build-crt.results.x)'),
    good: give('$(tasks.build-shop.results.DIGEST)'),
  },
  {
    rule: 'tekton-15',
    what: 'a default of another type',
    bad: (w) => (spec(w).params[0].default = []),
    good: (w) => (spec(w).params[0].default = ''),
  },
  {
    rule: 'tekton-17',
    what: 'a param twice',
    bad: (w) => cart(w).params.push({ name: 'app', value: 'x' }),
    also: ['reference'],
  },
  {
    rule: 'tekton-17',
    what: 'a param that is in the matrix too',
    bad: (w) => (matrix(['a'])(w), (spec(w).tasks[2].params = [{ name: 'm', value: 'a' }])),
  },
  {
    rule: 'tekton-17',
    what: 'a param that a combination has, too',
    bad: another({
      params: [{ name: 'm', value: 'a' }],
      matrix: { include: [{ params: [{ name: 'n', value: 'a' }] }, { params: [{ name: 'm', value: 'b' }] }] },
    }),
    good: another({
      params: [{ name: 'm', value: 'a' }],
      matrix: { include: [{ params: [{ name: 'n', value: 'a' }] }, { params: [{ name: 'n', value: 'b' }] }] },
    }),
    says: /include\[1\]/,
  },
  {
    rule: 'tekton-18',
    what: 'a param that is not declared',
    bad: give('$(params.revison)'),
    good: give('$(params.revision)'),
    says: /did you mean revision\?/,
  },
  {
    rule: 'tekton-18',
    what: 'a param that is not declared, in a condition',
    bad: (w) => (cart(w).when[0].input = '$(params.revison)'),
  },
  {
    rule: 'tekton-18',
    what: 'an array inside a string',
    bad: give('a $(params.changed[*])'),
    good: give('$(params.changed[*])'),
  },
  {
    rule: 'tekton-18',
    what: 'an array as input of a condition',
    bad: (w) => (cart(w).when[0].input = '$(params.changed[*])'),
    good: (w) => (cart(w).when[0].input = '$(params.revision)'),
  },
  {
    rule: 'tekton-18',
    what: 'an array that is not all of an element',
    bad: give(['a-$(params.changed[*])']),
    good: give(['$(params.changed[*])']),
  },
  {
    rule: 'tekton-18',
    what: 'a key that the object does not have',
    bad: give('$(params.where.hots)'),
    good: give('$(params.where.host)'),
  },
  { rule: 'tekton-18', what: 'a whole object inside a string', bad: give('x$(params.where[*])') },
  { rule: 'tekton-18', what: 'a whole object as element', bad: give(['$(params.where[*])']) },
  {
    rule: 'tekton-19',
    what: 'a context variable of a Task, in the first of several tasks',
    bad: (w) => (cart(w).params[0].value = '$(context.taskRun.name)'),
    good: giveShop('$(context.pipelineRun.uid)'),
    also: ['reference'],
  },
  {
    rule: 'tekton-19',
    what: 'a context variable that is none',
    bad: give('$(context.pipelineRun.label)'),
    good: give('$(context.pipelineTask.retries)'),
  },
  {
    rule: 'tekton-20',
    what: 'a status outside of finally',
    bad: (w) => cart(w).when.push({ input: '$(tasks.status)', operator: 'in', values: ['x'] }),
  },
  {
    rule: 'tekton-20',
    what: 'the status of no task',
    bad: give('$(tasks.build-crt.status)'),
    good: give('$(tasks.build-cart.reason)'),
  },
  { rule: 'tekton-21', what: 'a variable of the shell', bad: give('$(HOME)'), good: give('$HOME ${HOME}') },
  { rule: 'tekton-21', what: 'a misspelt word', bad: give('$(tasks.build-cart.result.DIGEST)') },
  {
    rule: 'tekton-22',
    what: 'two workspaces of one name',
    bad: (w) => spec(w).workspaces.push({ name: 'shared' }),
    good: (w) => spec(w).workspaces.push({ name: 'more' }),
  },
  { rule: 'tekton-22', what: 'a workspace without name', bad: (w) => spec(w).workspaces.push({ name: '' }) },
  {
    rule: 'tekton-23',
    what: 'a workspace that is not declared',
    bad: (w) => (cart(w).workspaces[0].workspace = 'sharde'),
    says: /did you mean shared\?/,
  },
  {
    rule: 'tekton-23',
    what: 'a workspace bound twice',
    bad: (w) => cart(w).workspaces.push({ name: 'source', workspace: 'shared' }),
  },
  { rule: 'tekton-24', what: 'a result without expression', bad: (w) => (spec(w).results[0].value = 'x') },
  {
    rule: 'tekton-24',
    what: 'a result that is a param',
    bad: (w) => (spec(w).results[0].value = '$(params.revision)'),
  },
  {
    rule: 'tekton-24',
    what: 'a result of no task',
    bad: (w) => (spec(w).results[0].value = '$(tasks.build-crt.results.DIGEST)'),
    good: (w) => (spec(w).results[0].value = 'x-$(finally.publish.results.x)'),
  },
  {
    rule: 'tekton-25',
    what: 'a result of a pipeline',
    bad: (w) => (another({ taskRef: undefined, pipelineRef: { name: 'p' } })(w), give('$(tasks.another.results.x)')(w)),
    also: ['tekton-4'],
  },
  { rule: 'tekton-26', what: 'a matrix of a string', bad: matrix('a'), good: matrix('$(params.changed[*])') },
  {
    rule: 'tekton-26',
    what: 'a matrix of 257',
    bad: matrix(Array.from({ length: 257 }, (_, i) => `${i}`)),
    good: matrix(Array.from({ length: 256 }, (_, i) => `${i}`)),
  },
  {
    rule: 'tekton-26',
    what: 'an include of an array',
    bad: matrix(['a'], { include: [{ params: [{ name: 'n', value: ['x'] }] }] }),
  },
  {
    rule: 'tekton-26',
    what: 'an include with a param twice',
    bad: matrix(['a'], {
      include: [
        {
          params: [
            { name: 'n', value: 'x' },
            { name: 'n', value: 'y' },
          ],
        },
      ],
    }),
  },
  {
    rule: 'tekton-26-results',
    what: 'one result of a matrix',
    bad: (w) => (matrix(['a'])(w), give('$(tasks.another.results.x)')(w)),
    good: (w) => (matrix(['a'])(w), give('$(tasks.another.results.x[*])')(w)),
  },
  { rule: 'tekton-27', what: 'an unknown operator', bad: (w) => (cart(w).when[0].operator = 'eq') },
  { rule: 'tekton-27', what: 'a condition without values', bad: (w) => (cart(w).when[0].values = []) },
  { rule: 'tekton-27', what: 'a condition in CEL', bad: another({ when: [{ cel: "'a' == 'a'" }] }) },
  { rule: 'tekton-28', what: 'an artifact', bad: give('$(tasks.build-cart.outputs)') },
  {
    rule: 'tekton-29',
    what: 'an inline task with a param that nobody declares',
    bad: another({ taskRef: undefined, taskSpec: { steps: [{ ...step('s'), workingDir: '$(params.dir)' }] } }),
    good: another({ taskRef: undefined, taskSpec: { steps: [{ ...step('s'), workingDir: '$(params.revision)' }] } }),
  },
  { rule: 'timeout', what: 'a task without timeout', bad: another({ timeout: undefined }) },
];

export const bindingCases: readonly Case[] = [
  {
    rule: 'run-param-missing',
    what: 'a param that is due',
    bad: (w) => cart(w).params.shift(),
    says: /Task 'build' needs a param.*expected app/,
    also: ['reference'],
    good: (w) => cart(w).params.splice(1, 1),
  },
  {
    rule: 'run-param-unknown',
    what: 'a param that the Task does not declare',
    bad: (w) => cart(w).params.push({ name: 'cashe', value: 'x' }),
    good: (w) => cart(w).params.push({ name: 'cache', value: 'cache-pr' }),
    says: /did you mean cache\?/,
  },
  {
    rule: 'run-param-type',
    what: 'an array for a string',
    bad: (w) => cart(w).params.push({ name: 'cache', value: ['cache-pr'] }),
  },
  { rule: 'run-param-type', what: 'a string for an array', bad: (w) => (cart(w).params[1].value = 'x') },
  {
    rule: 'run-param-type',
    what: 'an array param for a string',
    bad: (w) => cart(w).params.push({ name: 'cache', value: '$(params.changed[*])' }),
  },
  {
    rule: 'run-param-type',
    what: 'a string result for an array',
    bad: (w) => (shop(w).params[2].value = '$(tasks.build-cart.results.DIGEST)'),
  },
  {
    rule: 'run-object-keys',
    what: 'an object without a key',
    bad: (w) => (
      delete w.task.spec.params[2].default,
      (cart(w).params[2].value = { host: 'h' }),
      shop(w).params.push({ name: 'where', value: { host: 'h', port: '1' } })
    ),
    good: (w) => (cart(w).params[2].value = { host: 'h' }),
  },
  {
    rule: 'run-object-keys',
    what: 'a whole object without a key',
    bad: (w) => (
      delete w.task.spec.params[2].default,
      delete spec(w).params[2].properties.port,
      shop(w).params.push({ name: 'where', value: { host: 'h', port: '1' } })
    ),
  },
  {
    rule: 'run-array-index',
    what: 'an element behind the end of the default',
    bad: give('$(params.changed[0])'),
    good: (w) => ((spec(w).params[1].default = ['a']), give('$(params.changed[0])')(w)),
  },
  { rule: 'run-workspace', what: 'a workspace that is due', bad: (w) => (cart(w).workspaces = []) },
  {
    rule: 'run-workspace',
    what: 'a workspace that the Task does not declare',
    bad: (w) => cart(w).workspaces.push({ name: 'more', workspace: 'shared' }),
    good: (w) => cart(w).workspaces.push({ name: 'extra', workspace: 'shared' }),
  },
  {
    rule: 'run-workspace',
    what: 'an optional one where one is due',
    bad: (w) => (spec(w).workspaces.push({ name: 'may', optional: true }), (cart(w).workspaces[0].workspace = 'may')),
    good: (w) => (
      spec(w).workspaces.push({ name: 'may', optional: true }),
      cart(w).workspaces.push({ name: 'extra', workspace: 'may' })
    ),
  },
  {
    rule: 'run-result',
    what: 'a result that the Task does not declare',
    bad: give('$(tasks.build-cart.results.DIGST)'),
    says: /did you mean DIGEST\?/,
  },
  { rule: 'run-result', what: 'an element of a string result', bad: give('$(tasks.build-cart.results.DIGEST[0])') },
  {
    rule: 'run-result',
    what: 'an array result without [*]',
    bad: give('$(tasks.build-cart.results.IMAGES)'),
    good: give('$(tasks.build-cart.results.IMAGES[1])'),
  },
  { rule: 'run-result', what: 'an array result inside a string', bad: give('x $(tasks.build-cart.results.IMAGES[*])') },
  {
    rule: 'run-pipeline-result',
    what: 'a result that the Task does not declare',
    bad: (w) => (spec(w).results[0].value = '$(tasks.build-shop.results.DIGST)'),
  },
];
