import type { OwnBackend } from './own-backends';
import type { Toolchain } from './toolchains';
import { BUILT_IN } from './toolchains';

/** The tables to which fleet.ts adds rows. */
export interface Tables {
  /** The whole table. */
  readonly toolchains: readonly Toolchain[];
  /** Those of fleet.ts alone. */
  readonly backends: readonly OwnBackend[];
}

/** Where no fleet.ts adds any. */
export const NO_ROWS: Tables = { toolchains: BUILT_IN, backends: [] };
