import type { Combination } from '../../../fleet/matrix';
import { COMBINATION_PARAM } from '../../../words/names';
import { Param } from '../../../tekton/param';

/** Params of a Task that runs one combination of a matrix. */
export const MATRIX_PARAMS = {
  [COMBINATION_PARAM]: Param.string({ description: 'Its name, by which reports are kept apart' }),
  matrix: Param.string({ description: 'Environment of its tests: KEY=VALUE, one per line' }),
} as const;

/** The values of MATRIX_PARAMS. */
export const matrixParams = ({ name, variables }: Combination) => ({
  [COMBINATION_PARAM]: name,
  matrix: Object.entries(variables)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n'),
});
