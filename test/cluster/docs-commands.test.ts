import { join } from 'node:path';
import { callsIn } from '../support/page-commands';
import { apply, awaitKinds, kubectl, refusal } from './kubectl';

/** kubectl knows the words of every command that a page tells people to type, and an API server what those name that make something. */

const CALLS = callsIn('kubectl');
const KINDS = ['role', 'rolebinding', 'secret', 'serviceaccount'];
/** Those that say all of the object that they make. */
const MADE = CALLS.filter(([, args]) => {
  const kind = args[args.indexOf('create') + 1] ?? '';
  return args.includes('create') && KINDS.includes(kind) && !args.some((arg) => arg.startsWith('--from-file'));
});

beforeAll(() => {
  apply(join(__dirname, '../../dist/cluster'));
  awaitKinds();
});

it('finds commands on several pages', () => {
  expect(new Set(CALLS.map(([page]) => page)).size).toBeGreaterThan(5);
  expect(MADE.length).toBeGreaterThan(5);
});

it.each(CALLS)('%s: kubectl %j', (_, args) => {
  // kubectl refuses options that it does not know, before it helps
  expect(refusal(() => kubectl([...args, '--help']))).toBeUndefined();
});

it.each(MADE)('%s: makes what kubectl %j says', (_, args) => {
  expect(refusal(() => kubectl([...args, '--dry-run=client', '--output=name']))).toBeUndefined();
});

it('and not what there is not', () => {
  expect(refusal(() => kubectl(['get', 'pods', '--namepsace', 'x', '--help']))).toContain('unknown flag');
  const role = ['create', 'role', 'a', '--verb=get', '--resource=runrequest.tekton-dag.example'];
  expect(refusal(() => kubectl([...role, '--dry-run=client']))).toContain('runrequest');
});
