import type { App, Team } from '../../../fleet/model';
import { Param } from '../../../tekton/param';
import type { Step, Volume } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';
import type { Images } from './images';
import { script } from './script';
import { OWN_HOME, SMALL, SOURCE } from './steps';

/**
 * What a step may do at the Git host. Each has Secrets of its own, so that no pod of a pull request names one that may write.
 */
export type GitAccess = 'read' | 'write';

const secretsOf = ({ secrets: { names } }: Team, access: GitAccess) =>
  access === 'read'
    ? { sshKey: names.gitReadSshKey, token: names.gitReadToken }
    : { sshKey: names.gitSshKey, token: names.githubToken };

const SSH_KEY = '/credentials/ssh';
const TOKEN = '/credentials/token';
const sshKeyVolume = (access: GitAccess) => `${access}-ssh-key`;
const tokenVolume = (access: GitAccess) => `${access}-token`;

/** The Secrets of git, for a step that talks to the Git host. */
export const gitMounts = (access: GitAccess) => [
  { name: sshKeyVolume(access), mountPath: SSH_KEY, readOnly: true },
  { name: tokenVolume(access), mountPath: TOKEN, readOnly: true },
];

/** For git-auth.sh: where the Secrets of git are mounted, and what they are called in messages. */
export const gitEnv = (team: Team, access: GitAccess) => {
  const { sshKey, token } = secretsOf(team, access);
  return { SSH_KEY, TOKEN, SECRETS: `${sshKey} or ${token}` };
};

/** Volumes of a Task that runs git. Either Secret may be missing: public repositories need none. */
export const gitSecrets = (team: Team, ...accesses: readonly GitAccess[]): readonly Volume[] =>
  accesses.flatMap((access) => {
    const { sshKey, token } = secretsOf(team, access);
    return [
      { name: sshKeyVolume(access), secret: { secretName: sshKey, optional: true } },
      { name: tokenVolume(access), secret: { secretName: token, optional: true } },
    ];
  });

/** What a clone step checks out. */
export interface CloneProps {
  readonly url: StringValue;
  readonly revision: StringValue;
  /** Beats `revision`; both empty: the default branch. */
  readonly appRevision: StringValue;
  readonly contextDir: StringValue;
  /** All that is checked out, one path per line; empty: everything. @default - everything */
  readonly inputs?: StringValue;
  /** How much of the repository is fetched beside the files of the commit. @default - files of the commit alone */
  readonly extent?: Readonly<Record<keyof typeof CLONE_PARAMS, StringValue>>;
  /** Who brought the revision: release, pr or fork. @default - nobody is trusted with submodules */
  readonly scope?: StringValue;
}

/** Params of a Task that checks out an app, by the key of `clone` in its stack. Empty: nobody said. */
export const CLONE_PARAMS = {
  'clone-depth': Param.string({
    default: '1',
    description: 'Commits of history; 0: all before it, with the tags there',
  }),
  'clone-tags': Param.string({ default: '' }),
  'clone-submodules': Param.string({ default: '' }),
  'clone-lfs': Param.string({ default: '' }),
};

/** What a step needs that only looks at the commit. */
const FILES_ALONE = { 'clone-depth': '1', 'clone-tags': '', 'clone-submodules': 'false', 'clone-lfs': 'false' };

/** What a Task with params of these names checks out. */
export const cloneOf = (
  params: Readonly<
    Record<'url' | 'revision' | 'app-revision' | 'context-dir' | 'scope' | keyof typeof CLONE_PARAMS, StringValue>
  > & { readonly inputs?: StringValue },
): CloneProps => ({
  url: params.url,
  revision: params.revision,
  appRevision: params['app-revision'],
  contextDir: params['context-dir'],
  inputs: params.inputs,
  extent: params,
  scope: params.scope,
});

/** The values of CLONE_PARAMS for an app, where its stack says other than the defaults. */
export const cloneParams = ({ clone = {} }: Pick<App, 'clone'>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(clone).map(([key, value]) => [`clone-${key}`, String(value)]));

/**
 * Checks out one commit into /workspace/source. Gives results `COMMIT` and `TREE`, and `KEY`, of all that is
 * checked out and of the settings, if those are given.
 */
export const cloneStep = (
  team: Team,
  images: Images,
  { url, revision, appRevision, contextDir, inputs = '', extent = FILES_ALONE, scope = 'fork' }: CloneProps,
  settings?: Step['args'],
): Step => ({
  name: 'clone',
  image: images('git'),
  script: script('shared/clone.sh'),
  env: {
    ...OWN_HOME,
    URL: url,
    REVISION: revision,
    APP_REVISION: appRevision,
    CONTEXT_DIR: contextDir,
    INPUTS: inputs,
    DEPTH: extent['clone-depth'],
    TAGS: extent['clone-tags'],
    SUBMODULES: extent['clone-submodules'],
    LFS: extent['clone-lfs'],
    SCOPE: scope,
    SOURCE,
    ...gitEnv(team, 'read'),
  },
  args: settings,
  results: ['COMMIT', 'TREE', ...(settings ? ['KEY'] : [])],
  resources: { requests: SMALL.requests, limits: { cpu: '1', memory: '1Gi' } },
  mounts: gitMounts('read'),
});
