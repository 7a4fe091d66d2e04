import { z } from 'zod';
import { EXACT_IMAGE, movingTag } from './moving-tag';
import {
  APP_NAME_MAX,
  INSTANCE_NAME_MAX,
  LABEL_MAX,
  PULL_REQUEST_MAX,
  STACK_NAME_MAX,
  TEAM_NAME_MAX,
  TEKTON,
  instanceNamespace,
} from './names';

/** The words of all formats. `expected` is what a person is told may stand there. */

/** Any text but the empty one, on one line: it may be printed as part of a line, or of a command. */
export const text = z
  .string()
  .min(1)
  .refine((value) => !value.includes('\n'), { error: 'has several lines', params: { expected: 'one line of text' } })
  .meta({ expected: 'text' });

/** The same on any number of lines. */
const lines = z.string().min(1).meta({ expected: 'text' });

/**
 * What a Task is given passes Tekton, which substitutes `$(…)`, and the kubelet, which does so, too, and makes `$$` one `$`.
 * Neither lets a text say that it is meant as it stands.
 * https://tekton.dev/docs/pipelines/variables/ and https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
const asWritten = <T extends z.ZodType<string>>(schema: T, expected: string) =>
  schema
    .refine((value) => !/\$[($]/.test(value), {
      error: 'holds $( or $$, which Tekton and Kubernetes substitute',
      params: { expected },
    })
    .meta({ expected: 'text' });

/** A text that becomes a param or a variable of a Task. */
export const literal = asWritten(lines, 'text without them');
/** One that a shell is to run. */
export const command = asWritten(lines, 'backquotes for $(…), or a script of the repository that is called here');

/** What is malformed is asked nothing more. */
const pattern = (regex: RegExp, expected: string) => z.string().regex(regex, { abort: true }).meta({ expected });

/** What is derived from a name makes it shorter than 63; names that are too long for that are told by rules/names.ts. */
const labelOf = (max: number) =>
  pattern(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    `lower-case letters, digits and -, at most ${max}, first and last no -`,
  );
/** RFC 1123 label: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export const label = labelOf(LABEL_MAX);
export const teamName = labelOf(TEAM_NAME_MAX);
export const stackName = labelOf(STACK_NAME_MAX);
/** An instance of Tekton, whose namespace is called after it. */
export const instanceName = labelOf(INSTANCE_NAME_MAX)
  .max(INSTANCE_NAME_MAX)
  .refine((name) => instanceNamespace(name) !== TEKTON.resolvers, {
    error: 'is the name of a namespace that each release of Tekton has',
    params: { expected: 'another name' },
  });
/** RFC 1035 label, as Services are named; no `--`, since ports are named after apps, too. */
export const serviceName = pattern(
  /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  `lower-case letters, digits and single -, at most ${APP_NAME_MAX}, a letter first, no - last`,
);
/** RFC 1123 subdomain: names of Secrets, storage classes and the like. */
export const objectName = pattern(
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  'the name of a Kubernetes object: lower-case letters, digits, - and .',
);
/** Of Secrets whose names end in `-release`, `-pr` or `-fork`, and `-release-cache`. */
export const scopedName = pattern(
  /^(?=.{1,239}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  'the beginning of the name of a Kubernetes object: lower-case letters, digits, - and ., at most 239',
);
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const labelValue = pattern(
  /^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/,
  'letters, digits, -, _ and ., at most 63, first and last a letter or digit: it becomes a label',
);

/** A page or an API, without a slash at its end. */
export const webAddress = (expected: string, path = '') =>
  z.string().regex(new RegExp(`^https?://[^\\s?#@]*[^\\s?#@/]$`)).endsWith(path).meta({ expected }).optional();
/** The number by which GitHub knows an App, or an installation of it. */
export const githubId = z.number().int().min(1).meta({ expected: 'a number' });

/** A whole number in a text, such as an address or a variable. `0x7`, `7.0`, `1e3`, ` 7` and an empty text are none. */
export const writtenNumber = (
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
  expected = `a whole number from ${min} to ${max}`,
) =>
  z
    .string()
    .refine((text) => String(Number(text)) === text, { error: `must be ${expected}` })
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))
    .meta({ expected });

/** The number of a pull request. */
export const pullNumber = z
  .number()
  .int()
  .min(1)
  .max(PULL_REQUEST_MAX)
  .meta({ expected: `a number of a pull request: 1 to ${PULL_REQUEST_MAX}` });
/** A repository without its owner. */
export const shortName = pattern(/^[A-Za-z0-9_.-]+$/, 'the name of a repository without its owner');
const OWNER_AND_NAME = 'owner/name or a name alone, without .git; neither is . or .., or begins with -';
/** A repository with its owner, or without. */
export const repository = pattern(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)?$/, 'owner/name, or a name alone').refine(
  (value) => value.split('/').every(isPartOfAddress) && !value.endsWith('.git'),
  { error: 'leads to another address once it is part of one', params: { expected: OWNER_AND_NAME } },
);
/** Git and its hosts take dots as a way up, and a dash as an option. */
const isPartOfAddress = (part: string): boolean => part !== '.' && part !== '..' && !part.startsWith('-');
/** Starts with no dash (git would take it for an option), holds no white space or control character. */
export const REVISION = /^[^-\s\p{Cc}][^\s\p{Cc}]{0,254}$/u;
/** What a revision is, in the words of an error. */
export const REVISION_IS = 'a commit, branch or tag of at most 255 characters without white space, not starting with -';
/** A commit, branch or tag. */
export const revision = pattern(REVISION, REVISION_IS);
/** What names of images are made of. https://pkg.go.dev/github.com/distribution/reference */
const DOMAIN_LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
export const REGISTRY_HOST = `${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*(?::[0-9]{1,5})?`;
export const REGISTRY_PATH = '(?:/[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*)*';
const NO_PORT = { error: 'names a port that no host has', params: { expected: 'a port from 1 to 65535' } };
const isPort = (host: string): boolean => {
  const [, port] = host.split(':');
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
};
/** Without scheme, tag or trailing slash. */
export const registry = pattern(
  new RegExp(`^${REGISTRY_HOST}${REGISTRY_PATH}$`),
  'a registry such as registry.example.com/team: host, port and path, without scheme, tag or last /',
).refine((value) => isPort(value.split('/')[0]!), NO_PORT);
/** Docker Hub by the names that it answers to. */
const DOCKER_HUB = /^(index\.|registry-1\.|registry\.hub\.)?docker\.(io|com)(\/|$)/;
/**
 * A host, as every program that reads the name of an image tells it from an account of Docker Hub.
 * https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed
 */
const HOST = /^([^/.:]*[.:][^/]*|localhost)(\/|$)/;

/** Whether a registry is Docker Hub, where repositories are `<account>/<name>` and cannot be nested. */
export const isDockerHub = (registry: string): boolean => DOCKER_HUB.test(registry) || !HOST.test(registry);
const NOT_DOCKER_HUB =
  'Docker Hub has no nested names, and images go to <registry>/<app>, <registry>/pr/<app> and <registry>/cache: use a registry that has them, such as ghcr.io, quay.io or one of your own';
/** What is wrong with Docker Hub as the registry of a team, with the remedy. */
export const notDockerHub = ({ input }: { readonly input?: unknown }): string =>
  typeof input !== 'string' || HOST.test(input)
    ? NOT_DOCKER_HUB
    : `${input.replace(/\/.*/, '')} is not a host, which has a dot or a port, but an account of Docker Hub; ${NOT_DOCKER_HUB}`;
/** Where images of apps go, below which there are paths for pull requests and the cache. */
export const imageRegistry = registry.refine((value) => !isDockerHub(value), {
  error: notDockerHub,
  params: { expected: 'a registry with nested names' },
});

/** Networks in CIDR notation. */
export const networks = z.array(z.union([z.cidrv4(), z.cidrv6()]).meta({ expected: 'a network such as 10.0.0.0/8' }));

/** Of bytes. */
export const digest = pattern(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 digits from 0 to f');

/** An image that is the same tomorrow. */
export const image = pattern(
  /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  'an image such as registry.example.com/tools/kubectl:1.34.0',
)
  .refine((value) => movingTag(value) === undefined, {
    error: ({ input }) => `image ${movingTag(String(input))}`,
    params: { expected: EXACT_IMAGE },
  })
  // without a path, what follows the colon is a tag
  .refine((value) => !value.includes('/') || isPort(value.split('/')[0]!), NO_PORT);
/** Whether an image says which registry it comes from. */
export const namesHost = (of: string): boolean => of.includes('/') && HOST.test(of);
/** `..`, a first `/` and `\` would lead out of the repository. */
export const pathInside = pattern(
  /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))(?!.*\$[($])[^\\\p{Cc}]+$/u,
  'a path inside the repository: relative, without .., $( or $$',
);

/** The original writes ports as strings; a number means the same. */
const PORT = 'a port from 1 to 65535';
export const port = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^[1-9][0-9]*$/)
      .transform(Number),
  ])
  .pipe(z.number().int().min(1).max(65535))
  .meta({ expected: PORT });

/** How long something may take, in minutes. */
export const minutes = (least: number, most: number) => z.number().int().min(least).max(most);

/** A number, where a file is refused in which a number is written otherwise than it reads back: see checkSchema. */
const numberAsText = z.number().transform(String);
/** A version of a language, as text. */
export const languageVersion = z.union([text, numberAsText]).meta({ expected: 'a version, in quotes, such as "3.12"' });
const variable = z.union([z.string(), numberAsText, z.boolean().transform(String)]);
const VARIABLE = 'text';
const variableName = pattern(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _, no digit first');
/** A key of a Secret or ConfigMap. https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/#Secret */
export const secretKey = pattern(
  /^(?!\.\.?$)[-._A-Za-z0-9]{1,253}$/,
  'the key of a Secret or ConfigMap: letters, digits, -, _ and .',
);
/** Of an app's container, where `$(OTHER)` is the value of another variable, as in any manifest. */
export const appEnvironment = z.record(
  variableName,
  z
    .union([
      variable,
      z.strictObject({ secret: objectName, key: secretKey }),
      z.strictObject({ configmap: objectName, key: secretKey }),
    ])
    .meta({ expected: `${VARIABLE}, or { secret: <name>, key: <key> }, or { configmap: <name>, key: <key> }` }),
);
/** Of a build, which gets it by a Task's params. */
export const buildEnvironment = z.record(
  variableName,
  asWritten(variable, 'text without them, or set in a script of the repository').meta({ expected: VARIABLE }),
);

const MATRIX_VALUE_MAX = 100;
/** Of a list that tests are run with: it becomes part of a name, and a line of a param. */
export const matrixValue = asWritten(variable, 'text without them, or set in a script of the repository')
  .refine((value) => !/\p{Cc}/u.test(value), {
    error: 'holds the end of a line or another control character',
    params: { expected: 'one line of text' },
  })
  .refine((value) => value.length <= MATRIX_VALUE_MAX, {
    error: 'is too long: it becomes part of a name',
    params: { expected: `at most ${MATRIX_VALUE_MAX} characters` },
  })
  .meta({ expected: VARIABLE });

const UNITS: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** What a quantity amounts to: cores, or bytes. */
export function amount(of: string): number {
  const unit = /(?<![A-Za-z])[A-Za-z]+$/.exec(of)?.[0] ?? '';
  return Number.parseFloat(of) * (UNITS[unit] ?? 1);
}

/**
 * A quantity as Kubernetes means it, of which people often write another than they mean: `memory: 512m` is half a byte.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 * @param wrong what is wrong with a text, and what was probably meant; undefined: nothing
 */
const quantity = (
  expected: string,
  wrong: (given: string) => { readonly message: string; readonly suggestion?: string } | undefined,
) =>
  z
    .union([z.string(), numberAsText])
    .superRefine((given, context) => {
      const { message, suggestion } = wrong(given) ?? {};
      if (message !== undefined) context.addIssue({ code: 'custom', message, params: { expected, suggestion } });
    })
    .meta({ expected });

const QUANTITY = /^([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)$/;
/** Units of bytes, and none that is a part of cores. */
const isBytes = (unit: string): boolean => unit !== 'm' && unit in UNITS;
const MALFORMED = 'the value is malformed';

/** Cores, or thousandths of one. */
export const cpu = quantity('cores such as 2, or thousandths of one such as 500m', (given) => {
  const [, number, unit] = QUANTITY.exec(given) ?? [];
  if (number === undefined || unit === undefined) return { message: MALFORMED };
  if (unit === 'm' && number.includes('.')) return { message: 'is finer than a thousandth of a core' };
  if (given === number || given === `${number}m`) return undefined;
  const suggestion = unit.toLowerCase().startsWith('m') && !number.includes('.') ? `${number}m` : number;
  return { message: isBytes(unit) ? `${unit} is a unit of bytes, and cores are due` : MALFORMED, suggestion };
});

const MEBI = 2 ** 20;

/** Bytes, of which less than a mebibyte is never meant. @param usual the unit that is meant where none is said */
const bytes = (usual: 'Mi' | 'Gi') =>
  quantity(`bytes with their unit, such as ${usual === 'Mi' ? '512Mi' : '20Gi'}`, (given) => {
    const [, number, unit] = QUANTITY.exec(given) ?? [];
    if (number === undefined || unit === undefined) return { message: MALFORMED };
    const isKnown = given === `${number}${unit}` && (unit === '' || unit in UNITS);
    if (isKnown && amount(given) >= MEBI) return undefined;
    const letter = unit.charAt(0).toUpperCase();
    const suggestion = `${number}${letter === 'M' || letter === 'G' || letter === 'T' ? `${letter}i` : usual}`;
    if (!isKnown) return { message: MALFORMED, suggestion };
    return { message: unit === 'm' ? 'm is a thousandth of a byte' : 'is less than 1Mi', suggestion };
  });
/** Memory. */
export const memory = bytes('Mi');
/** Space of volumes. */
export const space = bytes('Gi');
