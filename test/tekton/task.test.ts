import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { Param } from '../../lib/tekton/param';
import type { Step } from '../../lib/tekton/task';
import { Result, Task, isIn } from '../../lib/tekton/task';
import { pipelineContext, taskContext, text } from '../../lib/tekton/value';
import { chart, resources } from './fixtures';

const step = (more: Partial<Step> & { name: string }): Step => ({
  image: 'example.com/tool:1.0',
  script: '#!/bin/sh\ntrue\n',
  resources,
  ...more,
});
const spec = (scope: ReturnType<typeof chart>) => (scope.toJson() as { spec: Record<string, unknown> }[])[0]!.spec;

describe('a Task', () => {
  it('is this on the wire', () => {
    const scope = chart();
    new Task(scope, 'push', {
      description: 'Pushes an image',
      params: { image: Param.string() },
      results: { DIGEST: Result.string('what was pushed') },
      steps: ({ params }) => [
        step({ name: 'push', script: 'push.sh', env: { IMAGE: params.image }, results: ['DIGEST'] }),
      ],
    });
    expect(Testing.synth(scope)).toMatchInlineSnapshot(`
      [
        {
          "apiVersion": "tekton.dev/v1",
          "kind": "Task",
          "metadata": {
            "annotations": {
              "argocd.argoproj.io/sync-wave": "1",
            },
            "name": "push",
            "namespace": "team",
          },
          "spec": {
            "description": "Pushes an image",
            "params": [
              {
                "name": "image",
                "type": "string",
              },
            ],
            "results": [
              {
                "description": "what was pushed",
                "name": "DIGEST",
                "type": "string",
                "value": "$(steps.push.results.DIGEST)",
              },
            ],
            "stepTemplate": {
              "computeResources": {},
            },
            "steps": [
              {
                "computeResources": {
                  "limits": {
                    "cpu": "1",
                    "memory": "32Mi",
                  },
                  "requests": {
                    "cpu": "10m",
                    "memory": "16Mi",
                  },
                },
                "env": [
                  {
                    "name": "IMAGE",
                    "value": "$(params.image)",
                  },
                  {
                    "name": "RESULT_DIGEST",
                    "value": "$(step.results.DIGEST.path)",
                  },
                  {
                    "name": "RESULT_MESSAGE",
                    "value": "$(step.results.MESSAGE.path)",
                  },
                ],
                "image": "example.com/tool:1.0",
                "name": "push",
                "results": [
                  {
                    "name": "DIGEST",
                    "type": "string",
                  },
                  {
                    "name": "MESSAGE",
                    "type": "string",
                  },
                ],
                "script": "push.sh",
              },
            ],
          },
        },
      ]
    `);
  });

  it('gives values to scripts by environment and arguments, and names of volumes by params', () => {
    const scope = chart();
    new Task(scope, 'push', {
      description: 'Pushes',
      params: {
        image: Param.string(),
        scope: Param.string({ default: 'pr', description: 'who pushes' }),
        tags: Param.array(),
      },
      results: { URL: Result.string('where it is') },
      volumes: ({ params }) => [
        { name: 'credential', secret: { secretName: text`registry-push-${params.scope}`, optional: true } },
      ],
      steps: ({ params, stepResult }) => [
        step({ name: 'find', results: ['digest'] }),
        step({
          name: 'push',
          env: { IMAGE: params.image, RUN: taskContext.runName, LEFT_OUT: undefined },
          results: ['URL'],
          args: ['--', params.tags],
          mounts: [{ name: 'credential', mountPath: '/credential', readOnly: true }],
          when: [isIn(stepResult('find', 'digest'), [''])],
        }),
      ],
    });
    expect(spec(scope)).toMatchObject({
      params: [
        { name: 'image', type: 'string' },
        { name: 'scope', type: 'string', default: 'pr', description: 'who pushes' },
        { name: 'tags', type: 'array' },
      ],
      results: [{ name: 'URL', type: 'string', description: 'where it is', value: '$(steps.push.results.URL)' }],
      volumes: [{ name: 'credential', secret: { secretName: 'registry-push-$(params.scope)', optional: true } }],
      stepTemplate: { computeResources: {} },
      steps: [
        {
          name: 'find',
          results: [
            { name: 'digest', type: 'string' },
            { name: 'MESSAGE', type: 'string' },
          ],
        },
        {
          name: 'push',
          args: ['--', '$(params.tags[*])'],
          computeResources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '1', memory: '32Mi' } },
          env: [
            { name: 'IMAGE', value: '$(params.image)' },
            { name: 'RUN', value: '$(context.taskRun.name)' },
            { name: 'RESULT_URL', value: '$(step.results.URL.path)' },
            { name: 'RESULT_MESSAGE', value: '$(step.results.MESSAGE.path)' },
          ],
          volumeMounts: [{ name: 'credential', mountPath: '/credential', readOnly: true }],
          when: [{ input: '$(steps.find.results.digest)', operator: 'in', values: [''] }],
        },
      ],
    });
  });

  it('takes a patch of a field that the schema does not know', () => {
    const scope = chart();
    const task = new Task(scope, 'plain', { description: 'x', steps: () => [step({ name: 's' })] });
    ApiObject.of(task).addJsonPatch(JsonPatch.add('/spec/steps/0/novelty', 1));
    expect(spec(scope)).toMatchObject({ steps: [{ name: 's', novelty: 1 }] });
  });

  describe('fails when', () => {
    it('a result of the Task is not what exactly one step gives', () => {
      const givenBy = (...names: string[]) =>
        new Task(chart(), 't', {
          description: 'x',
          results: { DIGEST: Result.string('x') },
          steps: () => ['a', 'b'].map((name) => step({ name, results: names.includes(name) ? ['DIGEST'] : [] })),
        });
      expect(() => givenBy('b')).not.toThrow();
      expect(() => givenBy()).toThrow("task 't': result 'DIGEST' is given by no step; one step has to declare it");
      expect(() => givenBy('a', 'b')).toThrow("result 'DIGEST' is given by several steps");
    });

    it('a step uses the param of another Task', () => {
      const scope = chart();
      const foreign = new Task(scope, 'other', {
        description: 'x',
        params: { a: Param.string() },
        steps: () => [step({ name: 's' })],
      });
      let leaked: unknown;
      new Task(scope, 'third', {
        description: 'x',
        params: { a: Param.string() },
        steps: ({ params }) => {
          leaked = params.a;
          return [step({ name: 's' })];
        },
      });
      expect(foreign.name).toBe('other');
      expect(
        () =>
          new Task(scope, 'fourth', {
            description: 'x',
            steps: () => [step({ name: 's', env: { A: leaked as never } })],
          }),
      ).toThrow("task 'fourth': step 's' uses param 'a', which is not this Task's");
    });

    it('a step uses the context of a Pipeline', () => {
      expect(
        () =>
          new Task(chart(), 't', {
            description: 'x',
            steps: () => [step({ name: 's', env: { A: pipelineContext.runName } })],
          }),
      ).toThrow("task 't': step 's' uses context 'pipelineRun.name', which is not this Task's");
    });

    it('a step uses a result that no earlier step declares', () => {
      const late = (first: string, second: string) =>
        new Task(chart(), 't', {
          description: 'x',
          steps: ({ stepResult }) => [
            step({ name: first, ...(first === 'use' ? { env: { A: stepResult('make', 'r') } } : { results: ['r'] }) }),
            step({
              name: second,
              ...(second === 'use' ? { env: { A: stepResult('make', 'r') } } : { results: ['r'] }),
            }),
          ],
        });
      expect(() => late('use', 'make')).toThrow("step 'use' uses step result 'make.r', which no earlier step declares");
      expect(() => late('make', 'use')).not.toThrow();
    });
  });
});

it.each<[string, readonly unknown[], string]>([
  ['an image', [{ name: 'a', script: 'x', resources }], "step 1 of Task 'own' has no image"],
  ['anything', [step({ name: 'a' }), undefined], "step 2 of Task 'own' has no name, image, script and no resources"],
])('has no step without %s', (_, steps, says) =>
  expect(() => new Task(chart(), 'own', { description: 'd', steps: () => steps as Step[] })).toThrow(says),
);

it('is made once under a name', () => {
  const scope = chart();
  const make = () => new Task(scope, 'own', { description: 'd', steps: () => [step({ name: 'a' })] });
  make();
  expect(make).toThrow("another function makes a Task 'own', too");
});
