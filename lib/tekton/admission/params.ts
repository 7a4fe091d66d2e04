import { list } from '../../kube/manifest';
import type { Report, Rules } from '../../kube/checks/rule';
import { repeated } from '../../kube/checks/rule';
import type { PipelineView, TaskView, Use } from './view';
import type { ParamSpec } from '../spec/wire';
import { paramType, valueType } from '../spec/wire';
import { isIsolated } from '../spec/expression';

/** Declarations of params, the same for Tasks and Pipelines, and what may be said of a param where. */

type Declaring = Pick<TaskView | PipelineView, 'spec'>;

const TYPES = ['string', 'array', 'object'];
const NAME = /^[_a-zA-Z][_a-zA-Z0-9.-]*$/;
const OBJECT_NAME = /^[_a-zA-Z][_a-zA-Z0-9-]*$/;

export const paramRules: Rules<Declaring> = {
  'tekton-15': ({ spec }, report) => {
    const params = list<ParamSpec>(spec.params);
    repeated(
      params,
      ({ name }) => name,
      ({ name }, i) => report(`spec.params[${i}].name`, 'two params have the same name', { found: name }),
    );
    params.forEach((param, i) => checkParamType(param, `spec.params[${i}]`, report));
  },
  'tekton-16': ({ spec }, report) => {
    list<ParamSpec>(spec.params).forEach((param, i) => {
      const path = `spec.params[${i}]`;
      const isObject = paramType(param) === 'object';
      if (!(isObject ? OBJECT_NAME : NAME).test(param.name)) {
        report(`${path}.name`, `name of a param of type ${paramType(param)} is not allowed`, {
          found: param.name,
          expected: (isObject ? OBJECT_NAME : NAME).source,
        });
      }
      for (const key of Object.keys(param.properties ?? {})) {
        if (!OBJECT_NAME.test(key))
          report(`${path}.properties`, 'name of a key is not allowed', { found: key, expected: OBJECT_NAME.source });
      }
    });
  },
};

function checkParamType(param: ParamSpec, path: string, report: Report): void {
  const type = paramType(param);
  if (!TYPES.includes(type))
    report(`${path}.type`, 'type of a param is unknown', { found: type, expected: TYPES.join(', ') });
  if (param.default !== undefined && valueType(param.default) !== type) {
    report(`${path}.default`, 'default has another type than the param', {
      found: valueType(param.default),
      expected: type,
    });
  }
  if (type === 'object' && param.properties === undefined)
    report(`${path}.properties`, 'an object param says its keys in properties');
  for (const [key, property] of Object.entries(param.properties ?? {})) {
    if (property.type !== undefined && property.type !== 'string') {
      report(`${path}.properties.${key}.type`, 'properties of an object param are strings', { found: property.type });
    }
  }
  if (param.enum !== undefined) report(`${path}.enum`, 'enum of a param is an alpha feature, off by default');
}

/** The name that a `$(params.…)` refers to; undefined for any other expression. */
export const paramName = ({ expression }: Use): string | undefined =>
  expression.names[0] === 'params' ? expression.names[1] : undefined;

/**
 * What is wrong with a reference to a declared param at a place that takes a string, or a whole array if isolated.
 *
 * @param whole whether an array (or an object) may stand here when it is all of the text
 */
export function misuseOfParam(
  use: Use,
  param: ParamSpec,
  whole: { readonly array: boolean; readonly object: boolean },
): string | undefined {
  const { names, index } = use.expression;
  const key = names[2];
  if (names.length > 3) return 'has more than two parts after params; a name with dots goes in brackets';
  switch (paramType(param)) {
    case 'array':
      if (key !== undefined) return 'asks an array for a key';
      if (typeof index === 'number') return undefined;
      if (!whole.array) return 'puts an array where a string is expected';
      if (index === undefined) return 'puts in an array without [*]';
      return isIsolated(use.text, use.expression) ? undefined : 'mixes an array with other text';
    case 'object':
      if (key !== undefined)
        return param.properties !== undefined && key in param.properties
          ? undefined
          : `asks for key '${key}', which the param does not declare`;
      if (index !== '*') return 'puts in an object without a key';
      return whole.object && isIsolated(use.text, use.expression)
        ? undefined
        : 'puts an object where a string is expected';
    default:
      if (key !== undefined) return 'asks a string for a key; a name with dots goes in brackets';
      return index === undefined ? undefined : 'asks a string for an element';
  }
}
