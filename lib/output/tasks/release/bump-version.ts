import type { Construct } from 'constructs';
import type { Team } from '../../../fleet/model';
import { Param } from '../../../tekton/param';
import { Result, Task } from '../../../tekton/task';
import { gitMounts, gitSecrets } from '../shared/clone';
import type { TaskContext } from '../shared/context';
import { PULL_REQUEST, platformEnv, platformParam, toolsStep } from '../shared/platform';
import { REGISTRY_MOUNTS, registryEnv, registrySecret } from '../shared/registry';
import { script } from '../shared/script';
import { HOME, OWN_HOME, RESTRICTED, SMALL } from '../shared/steps';

const FILES = { ENTRY_FILE: '/workspace/entry', CHOSEN_FILE: '/workspace/chosen' } as const;

/** Where Git owns the Deployments of a team, its name. */
export const deployedFor = ({ name, environment }: Team): string => (environment.deploy === 'gitops' ? name : '');

/**
 * Renders Task `bump-version`: it gives a release its version, records it in versions.yaml of the platform repository and
 * begins the next patch (`1.2.4-rc.0`). Where Git owns the Deployments, the same commit holds the Deployment.
 *
 * The commit comes before the tag, so that every tag is on record. The version is the one that a person asks for. Otherwise
 * it is that of the last release if the image is the same, and the one in preparation if not. Where another image has that as a tag, since an
 * earlier release did not end, that release is recorded, too, and this one takes the next patch. Run again, the Task finds
 * what is done and goes on behind it.
 *
 * Where the branch takes no push, the commit goes to a branch of its own, with a pull request.
 *
 * Params: the app, a version that is asked for, the digest of its image, the repository of releases, and the mode. Results:
 * `VERSION`, the commit, and the pull request that it waits in, if it does. Mode `rc` counts a candidate that passed. No
 * Pipeline here uses it: the run of a pull request holds no credential that writes to Git, so it is for whoever sees the
 * run succeed.
 * The TaskRun fails if versions.yaml has no such app, if another image has the version that is asked for, or if the host
 * takes the commit to no branch.
 */
export const bumpVersion = (scope: Construct, { team, images }: TaskContext) =>
  new Task(scope, 'bump-version', {
    description: 'Records the version of an app in Git',
    params: {
      app: Param.string(),
      version: Param.string({ default: '', description: 'Asked for; empty: the one in preparation' }),
      digest: Param.string({ default: '' }),
      image: Param.string({ default: '', description: 'Where releases are pushed, without tag' }),
      mode: Param.string({ default: 'release', description: 'release or rc' }),
      deployed: Param.string({
        default: team.sharesTasks ? '' : deployedFor(team),
        description: 'Team whose Deployments the commit holds, too; empty: it holds none',
      }),
      ...platformParam(team),
    },
    results: {
      VERSION: Result.string('Version of the release'),
      COMMIT: Result.string('Commit that records it'),
      PULL_REQUEST: Result.string(PULL_REQUEST),
    },
    securityContext: RESTRICTED,
    env: { ...HOME },
    volumes: () => [...gitSecrets(team, 'read', 'write'), registrySecret(team, 'release')],
    steps: ({ params }) => {
      const env = {
        ...OWN_HOME,
        ...FILES,
        MODE: params.mode,
        APP: params.app,
        VERSION: params.version,
        DIGEST: params.digest,
      };
      return [
        toolsStep(images),
        {
          name: 'read',
          image: images('platform'),
          script: script('release/read-entry.sh'),
          env: { ...env, ...platformEnv(team, params, 'read') },
          resources: SMALL,
          mounts: gitMounts('read'),
        },
        {
          name: 'choose',
          image: images('registry'),
          script: script('release/choose-version.sh'),
          env: {
            ...OWN_HOME,
            ...registryEnv(team, 'release'),
            ...FILES,
            MODE: params.mode,
            VERSION: params.version,
            DIGEST: params.digest,
            IMAGE: params.image,
          },
          resources: SMALL,
          mounts: REGISTRY_MOUNTS,
        },
        {
          name: 'bump',
          image: images('platform'),
          script: script('release/bump-version.sh'),
          env: {
            ...env,
            ...platformEnv(team, params, 'write'),
            DEPLOYED: params.deployed,
          },
          results: ['VERSION', 'COMMIT', 'PULL_REQUEST'],
          resources: SMALL,
          mounts: gitMounts('write'),
        },
      ];
    },
  });
