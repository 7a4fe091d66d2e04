import { APIS, compatibility, storedAnew, storedBeyond } from '../../lib/fleet/tekton-compatibility';
import { compareVersions } from '../../lib/words/version';

/** Which versions of Tekton can be in one cluster. */

const refused = (version: string, shared: string) => compatibility(version, shared).refused;
const notes = (version: string, shared: string) => compatibility(version, shared).notes;

it.each([
  ['1.0.0', '1.15.0'],
  ['1.9.2', '1.9.3'],
  ['0.70.0', '1.0.0'],
  ['0.59.0', '0.68.0'],
])('takes %s beside %s: both read v1', (version, shared) => expect(refused(version, shared)).toEqual([]));

it('takes no instance that is newer than what is shared', () => {
  expect(refused('1.15.0', '1.9.0')).toEqual([expect.stringMatching(/must be 1.15.0 or newer/)]);
  expect(refused('1.9.3', '1.9.2')).toHaveLength(1);
});

it('refuses a beta API that is read and has changed, and takes it where it has not', () => {
  const beta = (reason: string) => reason.includes('v1beta1');
  expect(refused('0.44.0', '0.48.0').filter(beta)).toHaveLength(4);
  expect(refused('0.46.0', '0.50.0').filter(beta)).toEqual([]);
});

it('refuses what needs a conversion of one’s own', () =>
  expect(refused('0.46.0', '1.15.0')).toContainEqual(
    expect.stringMatching(/0.46.0 reads Run v1alpha1.*a conversion of one's own, which are not made here/),
  ));

it('refuses versions whose controllers cannot be told apart', () => {
  expect(refused('0.58.0', '1.15.0')).toEqual([expect.stringMatching(/^before 0.59/)]);
  expect(refused('0.59.0', '1.15.0')).toEqual([]);
});

it('tells of alpha APIs between different versions alone, and of kinds that are missed only when they are used', () => {
  expect(notes('1.9.0', '1.15.0')).toEqual([expect.stringMatching(/^VerificationPolicy v1alpha1 is alpha/)]);
  expect(notes('1.15.0', '1.15.1')).toEqual([]);
  expect(notes('0.68.0', '1.15.0')).toContainEqual(
    expect.stringMatching(/reads ClusterTask v1beta1.*what refers to a ClusterTask fails/),
  );
});

it('tells of a version that the table does not know', () =>
  expect(notes('2.0.0', '2.0.0')).toEqual([expect.stringMatching(/newer than 1.15/)]));

it('knows what an older version would not serve of what is stored, and what is stored anew', () => {
  expect(storedBeyond('1.15.0', '1.0.0')).toEqual([]);
  expect(storedBeyond('1.15.0', '0.59.0')).toEqual([expect.stringMatching(/StepAction/)]);
  expect(storedAnew('0.48.0', '0.49.0')).toHaveLength(4);
  expect(storedAnew('1.0.0', '1.15.0')).toEqual([]);
});

it.each(Object.entries(APIS))('serves and stores what it reads of %s, from older to newer', (_, rows) => {
  for (const { served, stored, read } of rows)
    expect([stored, read].filter((api) => api !== undefined && !served.includes(api))).toEqual([]);
  const since = rows.map((row) => row.since);
  expect(since).toEqual([...since].sort(compareVersions));
});
