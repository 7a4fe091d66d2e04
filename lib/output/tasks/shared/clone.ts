import type { Team } from '../../../fleet/model';
import type { Step, Volume } from '../../../tekton/task';
import type { StringValue } from '../../../tekton/value';
import type { Images } from './images';
import { script } from './script';
import { OWN_HOME, SMALL, SOURCE } from './steps';

const SSH_KEY = { name: 'ssh-key', mountPath: '/credentials/ssh', readOnly: true };
const TOKEN = { name: 'token', mountPath: '/credentials/token', readOnly: true };

/** The Secrets of git, for a step that talks to the Git host. */
export const GIT_MOUNTS = [SSH_KEY, TOKEN];
/** For git-auth.sh: where the Secrets of git are mounted, and what they are called in messages. */
export const gitEnv = ({ secrets: { names } }: Team) => ({
  SSH_KEY: SSH_KEY.mountPath,
  TOKEN: TOKEN.mountPath,
  SECRETS: `${names.gitSshKey} or ${names.githubToken}`,
});

/** Volumes of a Task that runs git. Either Secret may be missing: public repositories need none. */
export const gitSecrets = ({ secrets: { names } }: Team): readonly Volume[] => [
  { name: SSH_KEY.name, secret: { secretName: names.gitSshKey, optional: true } },
  { name: TOKEN.name, secret: { secretName: names.githubToken, optional: true } },
];

/** What a clone step checks out. */
export interface CloneProps {
  readonly url: StringValue;
  readonly revision: StringValue;
  /** Beats `revision`; both empty: the default branch. */
  readonly appRevision: StringValue;
  readonly contextDir: StringValue;
}

/**
 * Checks out one commit into /workspace/source. Gives step results `commit` and `tree`, and `content`, a key of the
 * context directory and of the settings, if those are given.
 */
export const cloneStep = (
  team: Team,
  images: Images,
  { url, revision, appRevision, contextDir }: CloneProps,
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
    SOURCE,
    ...gitEnv(team),
  },
  args: settings,
  results: ['commit', 'tree', ...(settings ? ['content'] : [])],
  resources: { requests: SMALL.requests, limits: { cpu: '1', memory: '1Gi' } },
  mounts: GIT_MOUNTS,
});
