import { resolve } from 'node:path';
import { z } from 'zod';
import { LABELS } from '../../lib/words/labels';
import type { DialectName } from '../../lib/runs/events/delivery';
import type { Problem } from '../../lib/words/problem';
import { InputError } from '../../lib/words/problem';
import { label, text, writtenNumber } from '../../lib/words/scalars';
import { checkHistory, historyOf, historyShape } from './history/settings';
import type { HistorySettings } from './history/settings';
import type { Retention } from './queue/prune';
import { PAGE } from './page/page';
import type { ReportsPlace } from './test-reports/open-reports';
import { SIGN_IN_TOGETHER, signInOf, signInShape } from './sign-in/settings';
import type { SignInSettings } from './sign-in/settings';

/** The settings of the process, which it reads from its environment. */

const port = (fallback: number) =>
  writtenNumber(0, 65535, 'a port from 1 to 65535; 0 takes a free one').default(fallback);
const count = (fallback: number) =>
  writtenNumber(0, 100_000, 'a whole number up to 100000; 0 keeps all').default(fallback);

const schema = z.object({
  MODE: z.enum(['orchestrator', 'router']).default('orchestrator').meta({ expected: 'orchestrator or router' }),
  MEMBERS_FILE: text.optional(),
  PORT: port(8080),
  METRICS_PORT: port(9090),
  NAMESPACE: label.default('default'),
  TEAM: label.optional(),
  CONFIG_DIR: text.optional(),
  CONFIG_LABEL: text.default(`${LABELS.config}=team`),
  CONFIG_NAME: label.optional(),
  CONSOLE_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/)
    .meta({ expected: 'an address such as https://console.example.com/{namespace}/{name}' })
    .optional(),
  PAGE_DIR: text.optional(),
  WEBHOOK_SECRETS_DIR: text.optional(),
  GITHUB_API_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/)
    .default('https://api.github.com')
    .meta({ expected: 'an address of http or https' }),
  GITEA_API_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/)
    .meta({ expected: 'an address of http or https, such as https://git.example.com/api/v1' })
    .optional(),
  GITHUB_TOKEN_FILE: text.optional(),
  GITHUB_APP_ID: z
    .string()
    .regex(/^[0-9]+$/)
    .meta({ expected: 'a number' })
    .optional(),
  GITHUB_APP_PRIVATE_KEY_FILE: text.optional(),
  GITHUB_APP_INSTALLATION_ID: writtenNumber(1, undefined, 'a number').optional(),
  KEEP_RUNS: count(20),
  KEEP_REQUEST_DAYS: count(7),
  ...historyShape,
  REPORTS_DIR: text.optional(),
  REPORTS_S3_URL: z
    .string()
    .regex(/^https?:\/\/[^\s/?#@]+(\/[A-Za-z0-9_.-]+)+$/)
    .meta({ expected: 'an address such as https://minio.example.com/ci-reports/payments' })
    .optional(),
  REPORTS_S3_REGION: text.default('us-east-1'),
  REPORTS_S3_CREDENTIALS_DIR: text.optional(),
  API_AUTH: z.enum(['tokenreview', 'none']).default('tokenreview').meta({ expected: 'tokenreview or none' }),
  ...signInShape,
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .meta({ expected: 'trace, debug, info, warn, error, fatal or silent' }),
});

/** All settings. */
export interface Settings {
  /** The file of its members, of a router; undefined: it is an orchestrator. */
  readonly membersFile?: string;
  readonly port: number;
  readonly metricsPort: number;
  /** The namespace of the orchestrator, which holds its own Lease. */
  readonly namespace: string;
  /** The one team to serve; undefined serves every team whose configuration can be read. */
  readonly team?: string;
  /** The folder of mounted files that replace the ConfigMaps. */
  readonly configDir?: string;
  /** The label selector of the ConfigMaps. */
  readonly configLabel: string;
  /** The name of these ConfigMaps; undefined accepts any. */
  readonly configName?: string;
  /** The address where people see a run, with `{namespace}` and `{name}`. */
  readonly consoleUrl?: string;
  /** The folder of the page for people; undefined serves none. */
  readonly pageDir?: string;
  /** The folder with a file for each active webhook secret; undefined takes no webhook. */
  readonly webhookSecretsDir?: string;
  readonly github: {
    readonly apiUrl: string;
    /** What the API speaks. */
    readonly dialect: DialectName;
    readonly tokenFile?: string;
    readonly app?: { readonly id: string; readonly privateKeyFile: string; readonly installationId: number };
  };
  /** How much is kept; undefined prunes nothing. */
  readonly retention: Retention;
  /** What remembers runs; undefined: the cluster alone does, until they are pruned. */
  readonly history?: HistorySettings;
  /** Where reports of the team's tests are read; undefined: they are not. */
  readonly reports?: ReportsPlace;
  readonly apiAuth: 'tokenreview' | 'none';
  /** Undefined: callers of the API show tokens, and nobody signs in. */
  readonly signIn?: SignInSettings;
  readonly logLevel: z.output<typeof schema>['LOG_LEVEL'];
}

/** Reads the settings. @throws InputError with everything that is wrong */
export function readSettings(environment: Given): Settings {
  // a variable that is set to nothing is not set
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, environment[name] || undefined]));
  const read = schema.safeParse(given);
  const problems = [
    ...(read.error?.issues.map((issue) => toProblem(issue, given)) ?? []),
    ...missingOf(APP_TOGETHER, 'GITHUB_APP_*', given),
    ...missingOf(SIGN_IN_TOGETHER, 'SIGN_IN_*', given),
    ...unauthenticated(given),
    ...missingOfRouter(given),
    ...checkHistory(given),
    ...reportsOfNobody(given),
  ];
  if (!read.success || problems.length > 0) throw new InputError(problems);
  const env = read.data;
  return {
    membersFile: env.MODE === 'router' ? env.MEMBERS_FILE : undefined,
    port: env.PORT,
    metricsPort: env.METRICS_PORT,
    namespace: env.NAMESPACE,
    team: env.TEAM,
    configDir: env.CONFIG_DIR,
    configLabel: env.CONFIG_LABEL,
    configName: env.CONFIG_NAME,
    consoleUrl: env.CONSOLE_URL ?? ownPage(env),
    pageDir: env.PAGE_DIR && resolve(env.PAGE_DIR),
    webhookSecretsDir: env.WEBHOOK_SECRETS_DIR,
    github: {
      apiUrl: env.GITEA_API_URL ?? env.GITHUB_API_URL,
      dialect: env.GITEA_API_URL === undefined ? 'github' : 'gitea',
      tokenFile: env.GITHUB_TOKEN_FILE,
      app:
        env.GITHUB_APP_ID && env.GITHUB_APP_PRIVATE_KEY_FILE && env.GITHUB_APP_INSTALLATION_ID !== undefined
          ? {
              id: env.GITHUB_APP_ID,
              privateKeyFile: env.GITHUB_APP_PRIVATE_KEY_FILE,
              installationId: env.GITHUB_APP_INSTALLATION_ID,
            }
          : undefined,
    },
    retention: {
      runs: env.KEEP_RUNS || undefined,
      requestDays: env.KEEP_REQUEST_DAYS || undefined,
      untilRecorded: env.HISTORY_URL_FILE !== undefined,
    },
    history: historyOf(env),
    reports: reportsOf(env),
    apiAuth: env.API_AUTH,
    signIn: signInOf(env),
    logLevel: env.LOG_LEVEL,
  };
}

function reportsOf({
  REPORTS_DIR: dir,
  REPORTS_S3_URL: url,
  REPORTS_S3_REGION: region,
  REPORTS_S3_CREDENTIALS_DIR: credentialsDir,
}: z.output<typeof schema>): ReportsPlace | undefined {
  if (url !== undefined && credentialsDir !== undefined) return { bucket: { url, region, credentialsDir } };
  return dir === undefined ? undefined : { dir };
}

/** Where people see a run unless it is said: on the page, if it is there and people sign in to it. */
const ownPage = ({ PAGE_DIR, SIGN_IN_URL }: z.output<typeof schema>): string | undefined =>
  PAGE_DIR === undefined || SIGN_IN_URL === undefined
    ? undefined
    : new URL(`${PAGE}/runs/`, SIGN_IN_URL).href + '{name}?namespace={namespace}';

type Given = Readonly<Record<string, string | undefined>>;

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app */
const APP_TOGETHER = ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY_FILE', 'GITHUB_APP_INSTALLATION_ID'];

/** All of them, or none. @param family as people are told */
function missingOf(together: readonly string[], family: string, given: Given): readonly Problem[] {
  const missing = together.filter((name) => given[name] === undefined);
  if (missing.length === together.length) return [];
  return missing.map((path) => ({
    file: 'environment',
    path,
    message: `is missing: the variables ${family} go together`,
    severity: 'error',
  }));
}

/** A claim or a bucket is of one team: what is read for another is not its own. */
function reportsOfNobody(given: Given): readonly Problem[] {
  const { REPORTS_DIR, REPORTS_S3_URL, REPORTS_S3_CREDENTIALS_DIR, TEAM } = given;
  const problem = (path: string, message: string): Problem => ({
    file: 'environment',
    path,
    message,
    severity: 'error',
  });
  const isBucket = REPORTS_S3_URL !== undefined || REPORTS_S3_CREDENTIALS_DIR !== undefined;
  return [
    ...(isBucket ? missingOf(['REPORTS_S3_URL', 'REPORTS_S3_CREDENTIALS_DIR'], 'REPORTS_S3_*', given) : []),
    ...(isBucket && REPORTS_DIR !== undefined ? [problem('REPORTS_DIR', 'goes with none of REPORTS_S3_*')] : []),
    ...((isBucket || REPORTS_DIR !== undefined) && TEAM === undefined
      ? [problem('TEAM', 'is missing: reports are of one team')]
      : []),
  ];
}

const unauthenticated = ({ API_AUTH, SIGN_IN_ISSUER }: Given): readonly Problem[] =>
  API_AUTH === 'none' && SIGN_IN_ISSUER !== undefined
    ? [
        {
          file: 'environment',
          path: 'API_AUTH',
          message: 'is none, and SIGN_IN_ISSUER says that people sign in',
          expected: 'tokenreview, or none of the variables SIGN_IN_*',
          severity: 'error',
        },
      ]
    : [];

const missingOfRouter = ({ MODE, MEMBERS_FILE }: Given): readonly Problem[] =>
  MODE === 'router' && MEMBERS_FILE === undefined
    ? [{ file: 'environment', path: 'MEMBERS_FILE', message: 'is missing: a router needs it', severity: 'error' }]
    : [];

function toProblem(issue: z.core.$ZodIssue, given: Given): Problem {
  const name = String(issue.path[0]) as keyof typeof schema.shape;
  const type = schema.shape[name];
  const expected = z.globalRegistry.get(type instanceof z.ZodOptional ? type.unwrap() : type)?.expected;
  return {
    file: 'environment',
    path: name,
    message: 'is not understood',
    found: JSON.stringify(given[name]),
    expected: typeof expected === 'string' ? expected : undefined,
    severity: 'error',
  };
}
