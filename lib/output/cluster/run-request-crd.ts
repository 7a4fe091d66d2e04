import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { z } from 'zod';
import { ANNOTATIONS } from '../../words/labels';
import { RUN_NAME_MAX } from '../../words/names';
import { ask } from '../../runs/ask/ask';
import { RUN_REQUEST, runRequestStatus } from '../../runs/ask/run-request';
import { object } from '../../kube/object';

/**
 * Renders the kind of requests for runs, its schema made from the one that the orchestrator reads them with.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
export function runRequestCrd(scope: Construct): void {
  const { group, version, kind, plural, shortName } = RUN_REQUEST;
  object(
    scope,
    k8s.KubeCustomResourceDefinition,
    { name: `${plural}.${group}`, namespace: undefined, annotations: { [ANNOTATIONS.syncWave]: '-1' } },
    {
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List`, shortNames: [shortName] },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            schema: { openApiv3Schema: schema() },
            subresources: { status: {} },
            additionalPrinterColumns: COLUMNS.map(([name, type, jsonPath, priority]) => ({
              name,
              type,
              jsonPath,
              priority,
            })),
          },
        ],
      },
    },
  );
}

/** Those of priority 1 are shown by `kubectl get --output=wide`. */
const COLUMNS: readonly (readonly [name: string, type: string, jsonPath: string, priority?: number])[] = [
  ['Pipeline', 'string', '.spec.pipeline'],
  ['Stack', 'string', '.spec.stack'],
  ['PR', 'integer', '.spec.pullRequest.number'],
  ['Phase', 'string', '.status.phase'],
  ['Age', 'date', '.metadata.creationTimestamp'],
  ['Apps', 'string', '.spec.apps', 1],
  ['Slot', 'string', '.status.slot', 1],
  ['Message', 'string', '.status.message'],
];

/** Bounds what the API server reckons that a rule costs; no list of apps is longer. */
const MAX_PROPERTIES = 200;

function schema(): k8s.JsonSchemaProps {
  const spec = structural(ask);
  return {
    type: 'object',
    description: 'Asks the orchestrator for one run of a Pipeline, when its turn comes.',
    required: ['spec'],
    properties: {
      spec: { ...spec, xKubernetesValidations: Object.keys(ask.shape).map(immutable) },
      // nobody need write what every request begins with
      status: { ...structural(runRequestStatus), default: { phase: 'Queued' } },
    },
    xKubernetesValidations: [
      {
        rule: `size(self.metadata.name) <= ${RUN_NAME_MAX}`,
        message: `a name is at most ${RUN_NAME_MAX} characters long: names of TaskRuns and pods are made of it`,
      },
      {
        rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message: 'a name is of lower-case letters, digits and -, a letter first',
      },
    ],
  };
}

function immutable(field: string): k8s.ValidationRule {
  if (field === 'cancel')
    return {
      rule: '!has(oldSelf.cancel) || !oldSelf.cancel || (has(self.cancel) && self.cancel)',
      message: 'cancelled is cancelled: make another request',
    };
  return {
    rule: `has(self.${field}) == has(oldSelf.${field}) && (!has(self.${field}) || self.${field} == oldSelf.${field})`,
    message: `${field} cannot change: make another request`,
  };
}

/**
 * A schema as an API server takes it, with no more than it enforces.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
function structural(of: z.ZodObject): k8s.JsonSchemaProps {
  return z.toJSONSchema(of, {
    target: 'openapi-3.0',
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.expected;
      // its fields are all there are: the API server drops others, or refuses them where the client asks for that
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      else if (jsonSchema.additionalProperties !== undefined) jsonSchema.maxProperties = MAX_PROPERTIES;
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      if (jsonSchema.type === 'integer') jsonSchema.format = 'int64';
      const [ahead, min, max] = LENGTH_AHEAD.exec(jsonSchema.pattern ?? '') ?? [];
      if (ahead === undefined) return;
      // its expressions do not look ahead
      Object.assign(jsonSchema, {
        pattern: jsonSchema.pattern?.replace(ahead, '^'),
        minLength: Number(min),
        maxLength: Number(max),
      });
    },
  }) as k8s.JsonSchemaProps;
}

const LENGTH_AHEAD = /^\^\(\?=\.\{(\d+),(\d+)\}\$\)/;
