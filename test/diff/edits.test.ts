import { editsOf } from '../../lib/diff/edits';

const edits = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  editsOf(new Map(Object.entries(before)), new Map(Object.entries(after))).map(({ title, undone }) => ({
    title,
    undone: Object.fromEntries(undone),
  }));
const titles = (before: unknown, after: unknown) => edits({ f: before }, { f: after }).map(({ title }) => title);

it('finds nothing in what says the same', () => expect(edits({ f: { a: [1] } }, { f: { a: [1] } })).toEqual([]));

it('takes one key for one edit, and undoes it alone', () =>
  expect(edits({ f: { name: 'x' } }, { f: { name: 'x', proxy: { http: 'a', https: 'b' }, domain: 'd' } })).toEqual([
    { title: 'f: proxy added', undone: { f: { name: 'x', domain: 'd' } } },
    { title: 'f: domain: nothing → d', undone: { f: { name: 'x', proxy: { http: 'a', https: 'b' } } } },
  ]));

it('takes the same edit of several files for one', () =>
  expect(edits({ a: { k: 1 }, b: { k: 1 }, c: { k: 1 } }, { a: { k: 2 }, b: { k: 2 }, c: { k: 3 } })).toEqual([
    { title: 'a, b: k: 1 → 2', undone: { a: { k: 1 }, b: { k: 1 } } },
    { title: 'c: k: 1 → 3', undone: { c: { k: 1 } } },
  ]));

it.each<[string, unknown, unknown, readonly string[]]>([
  [
    'a value inside',
    { proxy: { http: 'a', https: 'b' } },
    { proxy: { http: 'c', https: 'b' } },
    ['f: proxy.http: a → c'],
  ],
  ['values inside', { proxy: { http: 'a', https: 'b' } }, { proxy: { http: 'c', noProxy: [] } }, ['f: proxy changed']],
  ['a key that goes', { proxy: { http: 'a' } }, {}, ['f: proxy removed']],
  [
    'keys of named elements',
    { apps: [{ name: 'web' }, { name: 'api', replicas: 1 }] },
    {
      apps: [
        { name: 'web', env: { A: 'b' } },
        { name: 'api', replicas: 2 },
      ],
    },
    ['f: apps[web].env added', 'f: apps[api].replicas: 1 → 2'],
  ],
  ['an element', { apps: [{ name: 'web' }] }, { apps: [{ name: 'web' }, { name: 'api' }] }, ['f: apps[api] added']],
  ['a list of words', { cidrs: ['a', 'b'] }, { cidrs: ['a', 'c'] }, ['f: cidrs changed']],
])('names %s', (_, before, after, expected) => expect(titles(before, after)).toEqual(expected));

it('undoes within an element, and elements that came or went', () => {
  const [first] = edits(
    { f: { apps: [{ name: 'web' }, { name: 'api', replicas: 1 }] } },
    { f: { apps: [{ name: 'web' }, { name: 'api', replicas: 2 }] } },
  );
  expect(first?.undone).toEqual({ f: { apps: [{ name: 'web' }, { name: 'api', replicas: 1 }] } });
  const [added] = edits({ f: { apps: [{ name: 'web' }] } }, { f: { apps: [{ name: 'api' }, { name: 'web' }] } });
  expect(added?.undone).toEqual({ f: { apps: [{ name: 'web' }] } });
  const [removed] = edits({ f: { apps: [{ name: 'web' }] } }, { f: { apps: [] } });
  expect(removed?.undone).toEqual({ f: { apps: [{ name: 'web' }] } });
});
