import type { Finding, Outcome } from '../../lib/doctor/finding';
import { judged } from '../../lib/doctor/reading';
import { checkProbe, probePod } from '../../lib/doctor/registry';
import { reportOf, toJson, toText } from '../../lib/doctor/report';
import { refused, wanted } from './support';

const ABOUT = { cluster: 'prod', server: 'https://10.0.0.1', teams: ['shop'] };
const finding = (severity: Finding['severity'], subject: string): Finding => ({
  check: 'secrets',
  severity,
  subject,
  message: 'is\nwrong',
  remedy: 'one\ntwo',
});
const outcomes = (...findings: readonly Finding[]): readonly Outcome[] => [
  { check: 'secrets', passed: 'all are there', findings },
  { check: 'kinds', passed: 'all are served', findings: [] },
];

it('tells checks in their order, the worst first, on one line each with the remedy below', () => {
  const report = reportOf(ABOUT, outcomes(finding('note', 'a'), finding('error', 'b'), finding('error', 'c')));
  expect(report.ok).toBe(false);
  expect(toText(report)).toMatchInlineSnapshot(`
    "cluster prod at https://10.0.0.1, for shop
    passed      kinds: all are served
    failed      secrets: 2 errors, 1 note
      error: b: is wrong
          one
          two
      error: c: is wrong
          one
          two
      note: a: is wrong
          one
          two"
  `);
  expect(JSON.parse(toJson(report))).toEqual(report);
});

it.each([
  [[], 'passed', 'all are there'],
  [[finding('note', 'a')], 'passed', 'all are there'],
  [[finding('warning', 'a')], 'passed', 'all are there'],
])('is well with %j', (findings, result, summary) => {
  const { ok, checks } = reportOf(ABOUT, outcomes(...findings));
  expect({ ok, check: checks[1] }).toEqual({ ok: true, check: { check: 'secrets', result, summary } });
});

it('tells what one right would show once, and that not all was looked at', () => {
  const unread = ['a', 'b', 'a'].flatMap((subject) => judged('secrets', subject, refused, () => []));
  const { ok, checks, findings } = reportOf(ABOUT, outcomes(...unread));
  expect(ok).toBe(true);
  expect(checks[1]).toMatchObject({ result: 'incomplete' });
  expect(findings).toMatchObject([{ subject: 'a, b', message: 'not checked: this needs get on things' }]);
});

it('takes no answer for a fault, unless it is a refusal', () =>
  expect(judged('dns', 'x', { said: 'HTTP 500' }, () => [])).toEqual([
    { check: 'dns', severity: 'error', subject: 'x', message: 'cannot be read: HTTP 500' },
  ]));

describe('the registry', () => {
  const site = { proxy: { https: 'http://proxy.example:3128' }, caBundle: { configMap: 'private-ca' } };
  const [team] = wanted({}, { ...site, podTemplate: { nodeSelector: { pool: 'ci' } } }).teams;
  type Pod = { spec: { nodeSelector: object; containers: { image: string; command: string[]; env: object[] }[] } };

  it('is asked from a pod with the image, the proxy, the trust and the nodes of runs', () => {
    const { spec } = probePod(team!) as Pod;
    const [container] = spec.containers;
    expect(spec.nodeSelector).toEqual({ pool: 'ci' });
    expect(container!.image).toMatch(/^docker\.io\/alpine\/k8s:/);
    expect(container!.env).toEqual(
      expect.arrayContaining([
        { name: 'HTTPS_PROXY', value: 'http://proxy.example:3128' },
        { name: 'REGISTRY', value: 'https://registry.example.com/v2/' },
      ]),
    );
    expect(container!.command.at(-1)).toContain('CURL_CA_BUNDLE=');
  });

  it.each([
    ['401\n', undefined],
    ['200\n', undefined],
    ['curl: (6) Could not resolve host: registry.example.com\n000\n', 'Could not resolve host'],
    ['502\n', 'it answers 502'],
    ['error: there is no key ca.crt of ConfigMap private-ca in this namespace\n', 'there is no key'],
    ['', 'the pod has said nothing'],
  ])('that gives %j', (log, message) =>
    expect(checkProbe(team!, log).map((found) => found.message)).toEqual(
      message === undefined ? [] : [expect.stringContaining(message)],
    ),
  );
});
