import { COMBINATION_VARIABLES } from './matrix';
import { CA_VARIABLES, PROXY_VARIABLES } from './site';
import { BUILT_IN } from './toolchains';

/** Variables by which our own steps are told what they do, and those of the shell: no list of a matrix has such a name. */

const OF_STEPS = [
  ...['APP', 'KIND', 'SOURCE', 'CONTEXT_DIR', 'REPORT', 'TEST_PATH', 'BASE_URL', 'SESSION', 'HEADER', 'BAGGAGE_KEY'],
  ...['TOOL', 'PRE_NAME', 'PRE_COMMAND', 'NAME', 'COMMAND', 'SCOPE', 'MATRIX', 'MASKED'],
  ...['BUILD_SECRETS', 'BUILD_SECRET', 'SECRET_KEYS'],
  ...['HOME', 'PATH', 'PWD', 'IFS', 'ENV', 'PS4', 'OPTIND', 'OPTARG', 'SHELL'],
  // in images whose sh is bash, nobody may set these
  ...['PPID', 'UID', 'EUID', 'BASHOPTS', 'SHELLOPTS', 'BASH_VERSINFO'],
  ...['CA_BUNDLE', 'CA_SOURCE', 'JAVA_TOOL_OPTIONS'],
  ...Object.values(COMBINATION_VARIABLES),
  ...Object.values(PROXY_VARIABLES).flat(),
  ...CA_VARIABLES,
];

const isCapital = (name: string): boolean => name === name.toUpperCase();

/** Sorted, as a person reads them. */
export const RESERVED_VARIABLES: readonly string[] = [...OF_STEPS, ...BUILT_IN.flatMap(({ env }) => Object.keys(env))]
  .filter(isCapital)
  .sort();

/** Where steps write their results, and how the loader is told what to load, every name begins so. */
const PREFIXES = ['RESULT_', 'LD_'];

/** Whether a toolchain leaves a variable alone, whichever toolchain it is. */
export const isOfSteps = (name: string): boolean =>
  OF_STEPS.includes(name) || PREFIXES.some((prefix) => name.startsWith(prefix));

export const isReserved = (name: string): boolean => RESERVED_VARIABLES.includes(name) || isOfSteps(name);
