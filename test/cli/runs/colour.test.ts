import { styleOfRun, styleOfTask } from '../../../lib/cli/runs/colour';

it('is that of the state', () => {
  expect(['Succeeded', 'Refused', 'Queued'].map(styleOfRun)).toEqual(['passed', 'failed', 'waiting']);
  expect(['cancelled', 'skipped'].map(styleOfTask)).toEqual(['cancelled', 'skipped']);
});

// a server may answer with any word
it.each(['constructor', 'toString', '__proto__', 'heading?'])('is none for %s', (word) => {
  expect(styleOfRun(word)).toBeUndefined();
  expect(styleOfTask(word)).toBeUndefined();
});
