import { PHASES } from '../../../lib/runs/ask/run-request';
import { isEnd, stateOfPhase } from '../../../lib/runs/ask/phase-state';

it('is known of each phase, and says of each whether it is the end', () => {
  const ends = PHASES.filter((phase) => isEnd(stateOfPhase(phase)!));
  expect(PHASES.map((phase) => stateOfPhase(phase))).not.toContain(undefined);
  expect([...ends].sort()).toEqual(['Cancelled', 'Failed', 'Refused', 'Succeeded']);
});

it.each(['', 'constructor', '__proto__', 'succeeded'])('is not known of %j', (word) =>
  expect(stateOfPhase(word)).toBeUndefined(),
);
