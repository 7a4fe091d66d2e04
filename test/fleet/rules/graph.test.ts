import fc from 'fast-check';
import { validateFile } from '../../../lib/fleet/formats';
import { formatProblem } from '../../../lib/words/problem';
import { app, stackFile } from '../support';

const said = (apps: readonly string[]) => validateFile(stackFile('s', apps)).problems.map(formatProblem);
const calls = (role: string, ...callees: string[]) => `propagation-role: ${role}, downstream: [${callees.join(', ')}]`;

it('tells a role that the edges deny, and the one that they say', () => {
  expect(
    said([app('a', calls('forwarder', 'b')), app('b', calls('terminal', 'c')), app('c', calls('forwarder'))]),
  ).toEqual([
    'stacks/s.yaml:3:48: apps[0].propagation-role: a forwarder is called by another app, but none calls a (found "forwarder"; did you mean originator?)',
    'stacks/s.yaml:4:48: apps[1].propagation-role: a terminal app calls no other, but b has downstream (found "terminal"; did you mean forwarder?)',
    'stacks/s.yaml:5:48: apps[2].propagation-role: a forwarder passes sessions on, but c has no downstream (found "forwarder"; did you mean terminal?)',
  ]);
  expect(
    said([
      app('a', calls('originator', 'c')),
      app('b', calls('originator', 'c', 'd')),
      app('c', calls('originator', 'd')),
      app('d'),
    ]),
  ).toEqual([
    'stacks/s.yaml:5:48: apps[2].propagation-role: an originator starts sessions and is not called, but a and b call c (found "originator"; did you mean forwarder?)',
  ]);
});

it('lets an app stand alone as terminal or originator', () => {
  expect(said([app('a')])).toEqual([]);
  expect(said([app('a', 'propagation-role: originator')])).toEqual([]);
});

it('tells an edge given twice, and an app that is unlike all others', () => {
  expect(said([app('a', calls('originator', 'b', 'b', 'zebra')), app('b')])).toEqual([
    expect.stringContaining('apps[0].downstream[1]: b is listed twice'),
    expect.stringContaining('apps[0].downstream[2]: no such app in this stack (found "zebra"; expected a or b)'),
  ]);
});

it('takes a misspelt edge for the one that was meant, once it is told', () => {
  expect(
    said([app('web', calls('originator', 'gatway')), app('gateway', calls('forwarder', 'orders')), app('orders')]),
  ).toEqual([
    'stacks/s.yaml:3:77: apps[0].downstream[0]: no such app in this stack (found "gatway"; did you mean gateway?)',
  ]);
});

it('tells every cycle once, at the edge that closes it', () => {
  const cycles = said([
    app('a', calls('forwarder', 'b', 'c')),
    app('b', calls('forwarder', 'a')),
    app('c', calls('forwarder', 'd')),
    app('d', calls('forwarder', 'c')),
    app('e', calls('originator', 'a', 'd')),
  ]).filter((line) => line.includes('cycle'));
  expect(cycles.map((line) => line.replace(/^.*cycle: /, ''))).toEqual(['a > b > a', 'c > d > c']);
});

it('finds a cycle exactly where there is one, in graphs of any shape', () => {
  const size = 8;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 16 }), (pairs) => {
      const edges = pairs.filter(([from, to]) => from !== to);
      const apps = Array.from({ length: size }, (_, i) =>
        app(`n${i}`, calls('forwarder', ...new Set(edges.filter(([from]) => from === i).map(([, to]) => `n${to}`)))),
      );
      // taking away who calls nobody that is left, again and again, leaves the cycles
      let left = Array.from({ length: size }, (_, i) => i);
      for (let before = -1; before !== left.length;) {
        before = left.length;
        left = left.filter((node) => edges.some(([from, to]) => from === node && left.includes(to)));
      }
      expect(said(apps).some((line) => line.includes('cycle'))).toBe(left.length > 0);
    }),
  );
});

it('walks a chain of two thousand', () => {
  const length = 2_000;
  const apps = Array.from({ length }, (_, i) =>
    app(`n${i}`, i + 1 < length ? calls(i === 0 ? 'originator' : 'forwarder', `n${i + 1}`) : undefined),
  );
  expect(said(apps)).toEqual([]);
});
