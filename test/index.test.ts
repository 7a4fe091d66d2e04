import { Testing } from 'cdk8s';
import {
  Catalogue,
  HOME,
  Param,
  Pipeline,
  RESTRICTED,
  Result,
  SMALL,
  Task,
  Team,
  deployApp,
  isIn,
  pipelineContext,
  text,
} from '../lib';
import type { TaskContext, TaskFactory } from '../lib';
import { images, team } from './output/team/model';

/** What a user builds with lib/index.ts alone: a Task of one's own, and a Pipeline that passes its result on. */

const licenceCheck = ((scope, { images }) =>
  new Task(scope, 'licence-check', {
    description: 'Checks the licences of an image',
    params: { image: Param.string(), allowed: Param.array({ default: ['MIT'] }) },
    results: { REPORT: Result.string('Where the report is') },
    securityContext: RESTRICTED,
    env: HOME,
    steps: ({ params }) => [
      {
        name: 'check',
        image: images('kubectl'),
        script: '#!/bin/sh\nset -eu\nprintf %s "$IMAGE" >"$RESULT_REPORT"\n',
        env: { IMAGE: params.image },
        results: ['REPORT'],
        args: params.allowed,
        resources: SMALL,
      },
    ],
  })) satisfies TaskFactory<unknown>;

const context: TaskContext = { team: team(), images };

/** Deploys an image once its licences were checked; the commit stands for what a real Pipeline would be given. */
function release() {
  const chart = Testing.chart();
  const tasks = new Catalogue(chart, context);
  const pipeline = new Pipeline(chart, 'release', {
    description: 'Checks licences, then deploys',
    params: { image: Param.string(), environment: Param.string({ default: 'staging' }) },
  });
  const { image, environment } = pipeline.params;
  const checked = pipeline.task('licence-check', tasks.use(licenceCheck), { timeout: '5m0s', params: { image } });
  pipeline.task('deploy-web', tasks.use(deployApp), {
    timeout: '15m0s',
    when: [isIn(environment, ['staging'])],
    params: {
      app: 'web',
      namespace: environment,
      apps: 'shop-apps',
      image,
      commit: text`${pipelineContext.runName}-${checked.results.REPORT}`,
    },
  });
  pipeline.result('REPORT', checked.results.REPORT, 'Where the report is');
  return { chart, pipeline, tasks, checked };
}

/** The specs by `Kind/name`. */
const specsOf = ({ chart }: ReturnType<typeof release>) =>
  new Map(
    (Testing.synth(chart) as { kind: string; metadata: { name: string }; spec: Record<string, unknown> }[]).map(
      ({ kind, metadata: { name }, spec }) => [`${kind}/${name}`, spec],
    ),
  );

describe('what lib/index.ts exports', () => {
  // the compiler says so
  it('takes constants', () => {
    const stacks = ['stacks/shop.yaml'] as const;
    const { props } = new Team({ name: 'a', namespace: 'a', cluster: 'b', imageRegistry: 'c', stacks });
    const network = { egressCIDRs: ['10.0.0.0/8'] } as const;
    expect([props.stacks, new Team({ ...props, network }).props.network]).toEqual([stacks, network]);
  });

  it("renders a Task of one's own and those of the catalogue that are used", () => {
    const specs = specsOf(release());
    expect([...specs.keys()].sort()).toEqual(['Pipeline/release', 'Task/deploy-app', 'Task/licence-check']);
    expect(specs.get('Task/licence-check')?.steps).toMatchInlineSnapshot(`
      [
        {
          "args": [
            "$(params.allowed[*])",
          ],
          "computeResources": {
            "limits": {
              "cpu": "1",
              "memory": "256Mi",
            },
            "requests": {
              "cpu": "25m",
              "memory": "64Mi",
            },
          },
          "env": [
            {
              "name": "IMAGE",
              "value": "$(params.image)",
            },
            {
              "name": "RESULT_REPORT",
              "value": "$(step.results.REPORT.path)",
            },
            {
              "name": "RESULT_MESSAGE",
              "value": "$(step.results.MESSAGE.path)",
            },
          ],
          "image": "registry.example.com/tools/kubectl:1.2.3",
          "name": "check",
          "results": [
            {
              "name": "REPORT",
              "type": "string",
            },
            {
              "name": "MESSAGE",
              "type": "string",
            },
          ],
          "script": "#!/bin/sh
      set -eu
      printf %s "$IMAGE" >"$RESULT_REPORT"
      ",
        },
      ]
    `);
  });

  it('renders a Pipeline in which a result is the edge', () => {
    const { tasks, results } = specsOf(release()).get('Pipeline/release')!;
    expect({ tasks, results }).toMatchInlineSnapshot(`
      {
        "results": [
          {
            "description": "Where the report is",
            "name": "REPORT",
            "value": "$(tasks.licence-check.results.REPORT)",
          },
        ],
        "tasks": [
          {
            "name": "licence-check",
            "params": [
              {
                "name": "image",
                "value": "$(params.image)",
              },
            ],
            "taskRef": {
              "kind": "Task",
              "name": "licence-check",
            },
            "timeout": "5m0s",
          },
          {
            "name": "deploy-web",
            "params": [
              {
                "name": "app",
                "value": "web",
              },
              {
                "name": "namespace",
                "value": "$(params.environment)",
              },
              {
                "name": "apps",
                "value": "shop-apps",
              },
              {
                "name": "image",
                "value": "$(params.image)",
              },
              {
                "name": "commit",
                "value": "$(context.pipelineRun.name)-$(tasks.licence-check.results.REPORT)",
              },
            ],
            "taskRef": {
              "kind": "Task",
              "name": "deploy-app",
            },
            "timeout": "15m0s",
            "when": [
              {
                "input": "$(params.environment)",
                "operator": "in",
                "values": [
                  "staging",
                ],
              },
            ],
          },
        ],
      }
    `);
  });

  it('refuses what does not fit: the compiler, and synth where the compiler cannot see it', () => {
    const { pipeline, tasks, checked } = release();
    // @ts-expect-error -- the Task has no such result
    expect(checked.results.RAPPORT).toBeUndefined();
    // @ts-expect-error -- a param without a default must be given
    pipeline.task('given-too-little', tasks.use(licenceCheck), { timeout: '5m0s', params: {} });
    expect(() =>
      pipeline.task('again', tasks.use(licenceCheck), { timeout: '5m0s', params: { image: '$(params.image)' } }),
    ).toThrow(expect.objectContaining({ code: 'literal-expression' }) as Error);
    const elsewhere = new Pipeline(Testing.chart(), 'other', { description: 'Another', params: {} });
    expect(() =>
      elsewhere.task('again', tasks.use(licenceCheck), { timeout: '5m0s', params: { image: checked.results.REPORT } }),
    ).toThrow(expect.objectContaining({ code: 'foreign-reference' }) as Error);
  });
});
