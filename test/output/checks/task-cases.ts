import type { Case, Loose, World } from './world';
import { step } from './world';

const spec = ({ task }: World): Loose => task.spec;
const first = ({ task }: World): Loose => task.spec.steps[0];
const second = ({ task }: World): Loose => task.spec.steps[1];
const arg = (text: string) => (world: World) => second(world).args.push(text);
const env = (value: string) => (world: World) => first(world).env.push({ name: 'X', value });

export const taskCases: readonly Case[] = [
  {
    rule: 'tekton-15',
    what: 'two params of one name',
    bad: (w) => spec(w).params.push({ name: 'app', type: 'string' }),
  },
  {
    rule: 'tekton-15',
    what: 'a param of an unknown type',
    bad: (w) => spec(w).params.push({ name: 'n', type: 'number', default: '1' }),
    says: /found number/,
  },
  {
    rule: 'tekton-15',
    what: 'a default of another type',
    bad: (w) => (spec(w).params[3].default = ['x']),
    good: (w) => (spec(w).params[3].default = 'cache-release'),
  },
  {
    rule: 'tekton-15',
    what: 'an object without properties',
    bad: (w) => spec(w).params.push({ name: 'o', type: 'object', default: {} }),
  },
  {
    rule: 'tekton-15',
    what: 'a property that is no string',
    bad: (w) => (spec(w).params[2].properties.port.type = 'array'),
  },
  { rule: 'tekton-15', what: 'an enum', bad: (w) => (spec(w).params[3].enum = ['cache-pr']) },
  {
    rule: 'tekton-16',
    what: 'a param that starts with a digit',
    bad: (w) => spec(w).params.push({ name: '1st', type: 'string', default: '' }),
    good: (w) => spec(w).params.push({ name: '_1.st', type: 'string', default: '' }),
  },
  {
    rule: 'tekton-16',
    what: 'an object with a dot in its name',
    bad: (w) => spec(w).params.push({ name: 'a.b', type: 'object', properties: {}, default: {} }),
  },
  {
    rule: 'tekton-16',
    what: 'a key with a dot',
    bad: (w) =>
      spec(w).params.push({
        name: 'o',
        type: 'object',
        properties: { 'a.b': { type: 'string' } },
        default: { 'a.b': '' },
      }),
  },
  { rule: 'tekton-30', what: 'no step', bad: (w) => (spec(w).steps = []) },
  {
    rule: 'tekton-31',
    what: 'two volumes of one name',
    bad: (w) => spec(w).volumes.push({ name: 'cache', emptyDir: {} }),
    good: (w) => spec(w).volumes.push({ name: 'cache-2', emptyDir: {} }),
  },
  {
    rule: 'tekton-32',
    what: 'two workspaces of one name',
    bad: (w) => spec(w).workspaces.push({ name: 'extra', optional: true, mountPath: '/elsewhere' }),
  },
  {
    rule: 'tekton-32',
    what: 'a workspace where a volume is mounted',
    bad: (w) => (spec(w).workspaces[1].mountPath = '/cache/'),
    good: (w) => (spec(w).workspaces[1].mountPath = '/cache/deeper'),
  },
  {
    rule: 'tekton-32',
    what: 'two workspaces at one path',
    bad: (w) => (spec(w).workspaces[1].mountPath = '/workspace/source'),
  },
  {
    rule: 'tekton-33',
    what: 'a step with a workspace that is not declared',
    bad: (w) => (first(w).workspaces = [{ name: 'sorce' }]),
    good: (w) => (first(w).workspaces = [{ name: 'source' }]),
    says: /did you mean source\?/,
  },
  { rule: 'tekton-34', what: 'two steps of one name', bad: (w) => (second(w).name = 'clone') },
  { rule: 'tekton-34', what: 'a step that is no DNS label', bad: (w) => (second(w).name = 'Push_It') },
  {
    rule: 'tekton-35',
    what: 'a step without image',
    bad: (w) => delete second(w).image,
    good: (w) => (delete second(w).image, (spec(w).stepTemplate.image = 'a/b:1')),
  },
  {
    rule: 'tekton-36',
    what: 'a step with ref and script',
    bad: (w) => spec(w).steps.push({ name: 'r', ref: { name: 'a' }, script: 'x' }),
    good: (w) => spec(w).steps.push({ name: 'r', ref: { name: 'a' }, params: [{ name: 'p', value: 'v' }] }),
  },
  {
    rule: 'tekton-36',
    what: 'a step with params but no ref',
    bad: (w) => (first(w).params = [{ name: 'p', value: 'v' }]),
  },
  {
    rule: 'tekton-37',
    what: 'a script beside a command',
    bad: (w) => (first(w).command = ['true']),
    good: (w) => (first(w).args = ['x']),
  },
  {
    rule: 'tekton-37',
    what: 'a script beside the command of the stepTemplate',
    bad: (w) => (spec(w).stepTemplate.command = ['true']),
  },
  {
    rule: 'tekton-38',
    what: 'a negative timeout',
    bad: (w) => (first(w).timeout = '-5m'),
    good: (w) => (first(w).timeout = '1h5m'),
  },
  {
    rule: 'tekton-39',
    what: 'a mount below /tekton',
    bad: (w) => (first(w).volumeMounts[0].mountPath = '/tekton/steps'),
    good: (w) => (first(w).volumeMounts[0].mountPath = '/tekton/home/x'),
  },
  {
    rule: 'tekton-39',
    what: 'a reserved name of a volume',
    bad: (w) => (
      (spec(w).volumes[0].name = 'tekton-internal-x'),
      (first(w).volumeMounts[0].name = 'tekton-internal-x')
    ),
  },
  {
    rule: 'tekton-40',
    what: 'an unknown onError',
    bad: (w) => (first(w).onError = 'ignore'),
    good: (w) => (first(w).onError = 'continue'),
  },
  { rule: 'tekton-41', what: 'a script for Windows', bad: (w) => (first(w).script = '\n#!win powershell\n') },
  { rule: 'tekton-41', what: 'a redirected output', bad: (w) => (first(w).stdoutConfig = { path: '/x' }) },
  {
    rule: 'tekton-42',
    what: 'the result of a step in an image',
    bad: (w) => (second(w).image = '$(steps.clone.results.x)'),
    good: arg('$(steps.clone.results.x)'),
  },
  { rule: 'tekton-43', what: 'an artifact', bad: arg('$(steps.clone.outputs)') },
  {
    rule: 'tekton-44',
    what: 'a sidecar without image',
    bad: (w) => (spec(w).sidecars = [{ ...step('db'), image: '', script: '' }]),
    good: (w) => (spec(w).sidecars = [step('db')]),
  },
  {
    rule: 'tekton-44',
    what: 'a sidecar of a reserved name',
    bad: (w) => (spec(w).sidecars = [step('tekton-log-results')]),
  },
  {
    rule: 'tekton-44',
    what: 'a sidecar with script and command',
    bad: (w) => (spec(w).sidecars = [{ ...step('db'), command: ['x'] }]),
  },
  {
    rule: 'tekton-45',
    what: 'an array in the environment',
    bad: env('$(params.apps[*])'),
    good: env('$(params.apps[0])'),
    says: /puts an array where a string is expected/,
  },
  {
    rule: 'tekton-45',
    what: 'an array that is not all of an argument',
    bad: arg('--apps=$(params.apps[*])'),
    good: arg('$(params.apps[*])'),
  },
  { rule: 'tekton-45', what: 'a whole object', bad: arg('$(params.where[*])') },
  { rule: 'tekton-45', what: 'an object without key', bad: env('$(params.where)') },
  {
    rule: 'tekton-45',
    what: 'a key that the object does not have',
    bad: env('$(params.where.hots)'),
    good: env('$(params.where.port)'),
    says: /key 'hots'/,
  },
  { rule: 'tekton-45', what: 'a key of a string', bad: env('$(params.app.name)') },
  {
    rule: 'tekton-45',
    what: 'an array in the name of a volume',
    bad: (w) => (spec(w).volumes[1].secret.secretName = '$(params.apps[*])'),
  },
  { rule: 'tekton-46', what: 'a param that is not declared', bad: env('$(params.ap)'), says: /did you mean app\?/ },
  {
    rule: 'tekton-46',
    what: 'a param that is not declared, in a sidecar',
    bad: (w) => (spec(w).sidecars = [{ ...step('db'), workingDir: '$(params.dir)' }]),
  },
  {
    rule: 'tekton-47',
    what: 'a context variable of a Pipeline',
    bad: env('$(context.pipelineRun.name)'),
    good: env('$(context.task.retry-count)'),
  },
  { rule: 'tekton-47', what: 'a context variable that is none', bad: env('$(context.taskRun.label)') },
  {
    rule: 'tekton-48',
    what: 'a result that is not declared',
    bad: env('$(results.DIGST.path)'),
    says: /did you mean DIGEST\?/,
  },
  {
    rule: 'tekton-48',
    what: 'a step result that is not declared',
    bad: (w) => ((first(w).results = [{ name: 'a' }]), env('$(step.results.b.path)')(w)),
    good: (w) => ((first(w).results = [{ name: 'a' }]), env('$(step.results.a.path)')(w)),
  },
  {
    rule: 'tekton-49',
    what: 'a result that ends in a dash',
    bad: (w) => spec(w).results.push({ name: 'A-' }),
    good: (w) => spec(w).results.push({ name: 'A.b-c_D' }),
  },
  {
    rule: 'tekton-49',
    what: 'a result of an unknown type',
    bad: (w) => spec(w).results.push({ name: 'A', type: 'number' }),
  },
  {
    rule: 'tekton-49',
    what: 'an object result without properties',
    bad: (w) => spec(w).results.push({ name: 'A', type: 'object' }),
    good: (w) => spec(w).results.push({ name: 'A', type: 'object', properties: { k: { type: 'string' } } }),
  },
  {
    rule: 'tekton-49',
    what: 'a value that is not of a step',
    bad: (w) => spec(w).results.push({ name: 'A', value: '$(params.app)' }),
    good: (w) => spec(w).results.push({ name: 'A', value: '$(steps.clone.results.a)' }),
  },
  {
    rule: 'tekton-51',
    what: 'a step with an unknown operator',
    bad: (w) => (first(w).when = [{ input: 'a', operator: 'eq', values: ['a'] }]),
    good: (w) => (first(w).when = [{ input: 'a', operator: 'notin', values: ['a'] }]),
  },
  {
    rule: 'run-workspace-name',
    what: 'a workspace that is not declared',
    bad: env('$(workspaces.sorce.path)'),
    good: env('$(workspaces.source.path)'),
  },
];
