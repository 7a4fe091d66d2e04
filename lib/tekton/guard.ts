import type { ArrayValue, StringValue } from './value';
import { render, renderList } from './value';

/** A condition under which a step or a pipeline task runs. https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions */
export interface Guard {
  readonly input: StringValue;
  readonly operator: 'in' | 'notin';
  readonly values: ArrayValue;
}

/**
 * Holds if `input` is one of `values`; renders `{input, operator: in, values}` under `when`. A whole array param may stand
 * for the values: `isIn('cart', pipeline.params.apps)`.
 */
export const isIn = (input: StringValue, values: ArrayValue): Guard => ({ input, operator: 'in', values });

/** Holds if `input` is none of `values`; renders `{input, operator: notin, values}` under `when`. */
export const notIn = (input: StringValue, values: ArrayValue): Guard => ({ input, operator: 'notin', values });

/** A guard on the wire. */
export const renderGuard = (guard: Guard) => ({
  input: render(guard.input),
  operator: guard.operator,
  values: renderList(guard.values),
});
