import { createMetrics } from '../../../orchestrator/src/metrics';
import type { RecoveryOptions } from '../../../orchestrator/src/recovery/recovery';
import { startRecovery } from '../../../orchestrator/src/recovery/recovery';

/** What the metrics say of each loop. */
async function enabled(options: RecoveryOptions | undefined): Promise<object> {
  const metrics = createMetrics();
  const recovery = startRecovery(metrics, options);
  const { values } = await metrics.recoveryEnabled.get();
  await recovery.stop();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.loop, value]));
}

it('is off without a token, and says so', async () =>
  expect(await enabled(undefined)).toEqual({ redelivery: 0, 'level-check': 0 }));

it('is on with one, leaves it to the leader, and stops at once', async () => {
  const github = jest.fn();
  expect(await enabled({ github, isReady: () => false } as unknown as RecoveryOptions)).toEqual({
    redelivery: 1,
    'level-check': 1,
  });
  expect(github).not.toHaveBeenCalled();
});
