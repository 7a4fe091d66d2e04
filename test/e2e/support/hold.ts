import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process';
import { cloneUrl, publish } from './git';
import { suite } from './suite';

/**
 * Keeps previews open while a test looks at them: stack HELD has hook Task `hold` before its tests, which waits until
 * `release` is called for the session. The signal is a branch, since pods of a run can reach nothing of a test but git.
 */

const SIGNALS = 'signals';

/** The three apps again, with the hook. */
export const HELD = 'trio-held';
export const HOOKS = { 'pre-test': 'hold' };
/** The team brings it. */
export const HOOK_TASKS = Object.values(HOOKS);

/** The hook's Task, as a team would bring its own. */
export const holdTask = (namespace: string, image: string): object => ({
  apiVersion: 'tekton.dev/v1',
  kind: 'Task',
  metadata: { name: 'hold', namespace },
  spec: {
    params: [{ name: 'session' }],
    steps: [
      {
        name: 'hold',
        image,
        env: [
          { name: 'SESSION', value: '$(params.session)' },
          { name: 'URL', value: cloneUrl(SIGNALS) },
        ],
        script:
          '#!/bin/sh\n# a bootstrap has none\n[ -n "$SESSION" ] || exit 0\nuntil git ls-remote --exit-code "$URL" "refs/heads/$SESSION"; do sleep 1; done\n',
        computeResources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } },
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65534,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
    ],
  },
});

export const publishSignals = (): Promise<string> => publish(SIGNALS, undefined);

const bare = (): string => join(suite().gitDir, 'e2e', `${SIGNALS}.git`);

/** From now on runs of the session are held, until `release`. */
export const hold = (session: string): void => rmSync(join(bare(), 'refs/heads', session), { force: true });

export const release = (session: string): Promise<string> =>
  run('git', ['branch', '--force', session, 'main'], { cwd: bare() });
