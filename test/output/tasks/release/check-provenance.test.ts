import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Workshop } from '../support/run-script';
import { suiteWith } from '../support/tools';

/** What stands between a push and a rollout, where the cluster has Tekton Chains. */

let shop: Workshop;
beforeEach(() => (shop = new Workshop()));
afterEach(() => shop.remove());

const HEX = createHash('sha256').update('image').digest('hex');
const TYPE = 'https://slsa.dev/provenance/v1';
const SHA = 'c0ffee'.padEnd(40, '0');

/** Provenance as Chains writes it of a TaskRun of push-image. */
const statement = () => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'r.example.com/acme/web', digest: { sha256: HEX } }],
  predicateType: TYPE,
  predicate: {
    buildDefinition: {
      buildType: 'https://tekton.dev/chains/v2/slsa',
      externalParameters: {
        runSpec: {
          serviceAccountName: 'tekton-dag-push',
          taskRef: { kind: 'Task', name: 'push-image' } as { kind: string; name: string; resolver?: string },
        },
      },
      resolvedDependencies: [
        { uri: 'oci://docker.io/alpine/git', digest: { sha256: 'ab' } },
        { name: 'inputs/result', uri: 'git+https://github.com/acme/web.git', digest: { sha1: SHA } },
      ] as { name?: string; uri: string; digest: { sha1?: string; sha256?: string } }[],
    },
    runDetails: { builder: { id: 'https://ci.example.com' } },
  },
});
type Statement = ReturnType<typeof statement>;
const envelope = (said: unknown) =>
  `${JSON.stringify({ payloadType: 'application/vnd.in-toto+json', payload: Buffer.from(JSON.stringify(said)).toString('base64'), signatures: [{ sig: 'x' }] })}\n`;

suiteWith(['jq'], 'check-provenance.sh', () => {
  const check = (...said: readonly unknown[]) =>
    shop.run('release/check-provenance.sh', {
      PROVENANCE: shop.file('provenance', said.map(envelope).join('')),
      PREDICATE_TYPE: TYPE,
      IMAGE: 'r.example.com/acme/web',
      DIGEST: `sha256:${HEX}`,
      URL: 'https://github.com/acme/web.git',
      COMMIT: SHA,
      BUILDER: 'https://ci.example.com',
      TASK: 'push-image',
      ACCOUNT: 'tekton-dag-push',
    });
  const changed = (change: (said: Statement) => void): Statement => {
    const said = statement();
    change(said);
    return said;
  };

  it('takes what says all of it', () => {
    expect(check(statement())).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes one of several: an image that is pushed again has more', () => {
    const earlier = changed(({ predicate: { buildDefinition } }) => {
      buildDefinition.resolvedDependencies[1]!.digest.sha1 = 'd'.repeat(40);
    });
    expect(check(earlier, statement())).toMatchObject({ code: 0 });
    expect(check(statement(), earlier)).toMatchObject({ code: 0 });
  });

  const run = ({ predicate }: Statement) => predicate.buildDefinition.externalParameters.runSpec;
  it.each<[string, (said: Statement) => void, string]>([
    [
      'a build, whose pod runs foreign code',
      (said) => (run(said).taskRef.name = 'build-npm'),
      'Task build-npm pushed it as tekton-dag-push, not push-image as tekton-dag-push',
    ],
    [
      'another account',
      (said) => (run(said).serviceAccountName = 'tekton-dag-build'),
      'Task push-image pushed it as tekton-dag-build',
    ],
    ['a Task from elsewhere', (said) => (run(said).taskRef.resolver = 'git'), 'Task push-image pushed it as'],
    [
      'another builder',
      ({ predicate }) => (predicate.runDetails.builder.id = 'https://evil'),
      'the builder is https://evil',
    ],
    [
      'another image',
      ({ subject }) => (subject[0]!.name = 'r.example.com/acme/pr/web'),
      'it is of r.example.com/acme/pr/web',
    ],
    ['another digest', ({ subject }) => (subject[0]!.digest.sha256 = 'ab'), 'not of r.example.com/acme/web'],
    [
      'another repository',
      ({ predicate }) =>
        (predicate.buildDefinition.resolvedDependencies[1]!.uri = 'git+https://github.com/evil/web.git'),
      'it is not of git+https://github.com/acme/web.git',
    ],
    [
      'another commit',
      ({ predicate }) => (predicate.buildDefinition.resolvedDependencies[1]!.digest.sha1 = 'bad'),
      `it is of commit bad, not ${SHA}`,
    ],
    [
      'two commits of the repository',
      ({ predicate: { buildDefinition } }) =>
        buildDefinition.resolvedDependencies.push({
          uri: 'git+https://github.com/acme/web.git',
          digest: { sha1: 'bad' },
        }),
      `it is of commit ${SHA}, bad, not ${SHA}`,
    ],
    [
      'another kind of statement',
      (said) => (said.predicateType = 'https://spdx.dev/Document'),
      `none is of type ${TYPE}`,
    ],
  ])('refuses %s', (_, change, expected) => {
    const { code, stderr } = check(changed(change));
    expect(code).toBe(1);
    expect(stderr).toContain(`does not prove where it comes from: ${expected.startsWith('not of') ? '' : expected}`);
    expect(stderr).toContain(expected);
  });

  it('refuses what each of two statements says half of', () => {
    const other = changed((said) => (run(said).taskRef.name = 'build-npm'));
    const wrong = changed(({ predicate }) => (predicate.runDetails.builder.id = 'https://evil'));
    expect(check(other, wrong).code).toBe(1);
  });

  it.each([
    ['nothing', ''],
    ['what is no JSON', 'garbage\n'],
    ['a statement without fields', undefined],
  ])('refuses %s', (_, text) => {
    if (text === undefined) expect(check({ predicateType: TYPE }).code).toBe(1);
    else
      expect(
        shop.run('release/check-provenance.sh', {
          PROVENANCE: shop.file('provenance', text),
          PREDICATE_TYPE: TYPE,
          IMAGE: 'i',
          DIGEST: 'd',
          URL: 'u',
          COMMIT: 'c',
          BUILDER: 'b',
          TASK: 't',
          ACCOUNT: 'a',
        }).code,
      ).toBe(1);
  });
});

suiteWith(['jq'], 'await-signature.sh', () => {
  /** kubectl answers with the first of what is left to say. */
  const wait = (answers: readonly (string | undefined)[], seconds = '300') => {
    answers.forEach((signed, index) =>
      shop.file(
        `answers/${index}`,
        JSON.stringify({
          items: [{ metadata: { annotations: signed === undefined ? {} : { 'chains.tekton.dev/signed': signed } } }],
        }),
      ),
    );
    shop.program(
      'kubectl',
      `#!/bin/sh\necho "$@" >>"${shop.path('asked')}"\nfirst=$(ls "${shop.path('answers')}" | head -n 1)\ncat "${shop.path('answers')}/$first"\n[ "$(ls "${shop.path('answers')}" | wc -l)" = 1 ] || rm "${shop.path('answers')}/$first"\n`,
    );
    return shop.run('release/await-signature.sh', {
      RUN_NAME: 'merge-1',
      NAMESPACE: 'ci',
      PUSH_TASK: 'push-web',
      SIGNATURE_SECONDS: seconds,
    });
  };

  it('waits until Chains has signed the push of this run', () => {
    expect(wait([undefined, undefined, 'true'])).toMatchObject({
      code: 0,
      stdout: 'Tekton Chains has signed push-web\n',
    });
  });
  it('says that Chains has given up', () => {
    expect(wait([undefined, 'failed'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('could not sign push-web') as string,
    });
  });
  it('says what to look at where Chains says nothing', () => {
    expect(wait([undefined], '0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does it watch namespace ci?') as string,
    });
  });
});

describe('verify-signature.sh', () => {
  const verify = (cosign: string, env: Record<string, string> = {}) => {
    shop.program('cosign', `#!/bin/sh\nprintf '%s\\n' "$@" >"${shop.path('asked')}"\n${cosign}\n`);
    return shop.run('release/verify-signature.sh', {
      IMAGE: 'r.example.com/acme/web',
      DIGEST: `sha256:${HEX}`,
      PREDICATE_TYPE: TYPE,
      PUBLIC_KEY: '/etc/key.pub',
      PROVENANCE: shop.path('provenance'),
      INSECURE: 'false',
      REGISTRY_AUTH: shop.path('no-credentials'),
      SECRET: 'registry-push-release',
      ...env,
    });
  };

  it('asks for what the key has signed, and keeps it', () => {
    expect(verify('echo envelope', { INSECURE: 'true' })).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(shop.path('provenance'), 'utf8')).toBe('envelope\n');
    expect(readFileSync(shop.path('asked'), 'utf8').trim().split('\n')).toEqual([
      'verify-attestation',
      '--key',
      '/etc/key.pub',
      '--type',
      TYPE,
      '--insecure-ignore-tlog=true',
      '--allow-http-registry',
      `r.example.com/acme/web@sha256:${HEX}`,
    ]);
  });
  it('says that the key has signed nothing, at once', () => {
    const { code, stderr } = verify('echo "Error: no matching attestations: invalid signature" >&2; exit 10');
    expect(code).toBe(1);
    expect(stderr).toContain('nobody has signed with the key of this cluster');
    expect(stderr).not.toContain('retrying');
  });
  it('asks again where the registry does not answer, and then says why', () => {
    const { code, stderr } = verify('echo "Error: dial tcp: connection refused" >&2; exit 1');
    expect(code).toBe(1);
    expect(stderr).toContain('retrying');
    expect(stderr).toContain('connection refused: is it up, and may Secret registry-push-release read there?');
  });
});
