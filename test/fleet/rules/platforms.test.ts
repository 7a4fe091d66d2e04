import { app, resolve, stackFile, team } from '../support';

const said = (platforms: string, clusters: Record<string, string>, further: string[] = []) =>
  resolve({
    teams: [team('x', ['one'], { clusters: further })],
    stacks: [stackFile('one', [app('a', `propagation-role: terminal, build: { platforms: [${platforms}] }`)])],
    clusters: Object.entries(clusters).map(([name, text]) => ({
      file: `clusters/${name}.yaml`,
      text: `name: ${name}\n${text}`,
    })),
  }).said;

it('one platform is built on its nodes', () => expect(said('linux/arm64', {})).toEqual([]));

it('several need nodes that emulate, on each cluster of the team', () => {
  expect(said('linux/amd64, linux/arm64', { one: 'emulation: true' })).toEqual([]);
  expect(said('linux/amd64, linux/arm64', {})).toEqual([
    expect.stringMatching(
      /^stacks\/one\.yaml:3:\d+: apps\[0\]\.build\.platforms: no node of one builds a for all of them \(found linux\/amd64 and linux\/arm64; expected .*emulation: true\)$/,
    ),
  ]);
  expect(said('linux/amd64, linux/arm64', { one: 'emulation: true', two: 'domain: corp.example' }, ['two'])).toEqual([
    expect.stringContaining('no node of two builds a for all of them'),
  ]);
});

it.each([
  ['proxy: { https: "http://user:secret@proxy.example.com" }', 'without a user, a password or a path'],
  ['proxy: {}', 'say https, http or both'],
  ['caBundle: { configMap: a, secret: b }', 'caBundle: says both configMap and secret: keep one of them'],
  ['caBundle: {}', 'caBundle: says neither configMap nor secret: say one of them'],
  ['ipFamilies: [IPv4, IPv4]', 'names a family twice'],
  ['podTemplate: { tolerations: [{ value: a }] }', 'tolerations[0].key: is missing'],
  ['seccompProfile: ../../etc/passwd', 'a path such as profiles/buildah.json'],
])('refuses %s', (text, why) =>
  expect(said('linux/arm64', { one: text })).toContainEqual(expect.stringContaining(why)),
);
