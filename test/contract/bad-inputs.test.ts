import { validateFile } from '../../lib/contract/formats';
import { formatProblem } from '../../lib/contract/problem';

/** Bad input of each format, and all that a person is told of it. */

type Case = readonly [what: string, text: string, told: readonly string[]];

const STACK: readonly Case[] = [
  [
    'a misspelt key',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-rol: terminal
`,
    [
      'f.yaml:5:5: apps[0].propagation-rol: unknown key (did you mean propagation-role?)',
    ],
  ],
  [
    'unknown words',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: orginator
    build: { tool: mvn, java-version: 21 }
`,
    [
      'f.yaml:5:23: apps[0].propagation-role: the value is not known (found "orginator"; expected originator, forwarder or terminal; did you mean originator?)',
      'f.yaml:6:20: apps[0].build.tool: the value is not known (found "mvn"; expected npm, maven, gradle, pip or composer)',
    ],
  ],
  [
    'a port and a repository that are none',
    `name: shop
defaults: { container-port: "80800" }
apps:
  - { name: web, repo: https://github.com/acme/web, propagation-role: terminal, container-port: http }
`,
    [
      'f.yaml:2:29: defaults.container-port: the number is too large (found "80800"; expected a port from 1 to 65535)',
      'f.yaml:4:24: apps[0].repo: the value is malformed (found "https://github.com/acme/web"; expected owner/name, or a name alone)',
      'f.yaml:4:97: apps[0].container-port: the value is malformed (found "http"; expected a port from 1 to 65535)',
    ],
  ],
  [
    'a name that is no DNS name',
    `name: shop
apps:
  - { name: Web_Front, repo: acme/web, propagation-role: terminal }
`,
    [
      'f.yaml:3:13: apps[0].name: the value is malformed (found "Web_Front"; expected lower-case letters, digits and single -, at most 63, a letter first, no - last)',
    ],
  ],
  [
    'edges to nowhere and to itself',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: originator
    downstream: [catalgo, web]
  - { name: catalog, repo: acme/catalog, propagation-role: terminal }
`,
    [
      'f.yaml:6:18: apps[0].downstream[0]: no such app in this stack (found "catalgo"; did you mean catalog?)',
      'f.yaml:6:27: apps[0].downstream[1]: an app does not call itself (found "web")',
    ],
  ],
  [
    'a circle',
    `name: shop
apps:
  - { name: a, repo: acme/a, propagation-role: forwarder, downstream: [b] }
  - { name: b, repo: acme/b, propagation-role: forwarder, downstream: [c] }
  - { name: c, repo: acme/c, propagation-role: forwarder, downstream: [a] }
`,
    [
      'f.yaml:5:72: apps[2].downstream[0]: apps call each other in a circle: a > b > c > a',
    ],
  ],
  [
    'parts in the propagation that the edges deny',
    `name: shop
apps:
  - { name: web, repo: acme/web, propagation-role: terminal, downstream: [api] }
  - { name: api, repo: acme/api, propagation-role: originator }
`,
    [
      'f.yaml:3:52: apps[0].propagation-role: a terminal app calls no other, but web has downstream (found "terminal"; did you mean originator?)',
      'f.yaml:4:52: apps[1].propagation-role: an originator starts sessions and is not called, but web calls api (found "originator"; did you mean terminal?)',
    ],
  ],
  [
    'paths out of the repository',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    context-dir: ../other
    dockerfile: /Dockerfile
`,
    [
      'f.yaml:6:18: apps[0].context-dir: the value is malformed (found "../other"; expected a path inside the repository: relative, without .., $( or $$)',
      'f.yaml:7:17: apps[0].dockerfile: the value is malformed (found "/Dockerfile"; expected a path inside the repository: relative, without .., $( or $$)',
    ],
  ],
  [
    'a version that YAML reads as a number, an app given twice',
    `name: shop
apps:
  - name: pip
    repo: acme/web
    propagation-role: terminal
    build: { tool: pip, python-version: 3.10 }
  - name: pip
    repo: acme/web
    propagation-role: terminal
`,
    [
      'f.yaml:6:41: apps[0].build.python-version: the value is of the wrong kind (found 3.10; expected a version, in quotes if it has a dot, such as "3.12")',
      'f.yaml:7:11: apps[1].name: app pip is given twice; the other is at f.yaml:3:11',
    ],
  ],
  [
    'a tab',
    `name: shop
apps:
	- name: web
`,
    [
      'f.yaml:3:1: not YAML: tab characters must not be used in indentation',
    ],
  ],
  [
    'a key given twice, another misspelt',
    `name: shop
name: shop
app: []
`,
    [
      'f.yaml:2:1: name: the key is given twice; the other is in line 1',
      'f.yaml:3:1: app: unknown key (did you mean apps?)',
    ],
  ],
  [
    'what would be substituted on its way to a shell',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    context-dir: $(params.app)
    build:
      tool: npm
      pre-command: npm version $(git describe)
      build-command: echo $$
      env: { PRICE: "$$9", HERE: "$(pwd)" }
      legacy: { AT: $(date) }
    tests: { unit: test $(id -u) != 0 }
    env: { URL: "http://$(HOST)" }
`,
    [
      'f.yaml:6:18: apps[0].context-dir: the value is malformed (found "$(params.app)"; expected a path inside the repository: relative, without .., $( or $$)',
      'f.yaml:9:20: apps[0].build.pre-command: holds $( or $$, which Tekton and Kubernetes substitute (found "npm version $(git describe)"; expected backquotes for $(…), or a script of the repository that is called here)',
      'f.yaml:10:22: apps[0].build.build-command: holds $( or $$, which Tekton and Kubernetes substitute (found "echo $$"; expected backquotes for $(…), or a script of the repository that is called here)',
      'f.yaml:11:21: apps[0].build.env.PRICE: holds $( or $$, which Tekton and Kubernetes substitute (found "$$9"; expected text without them, or set in a script of the repository)',
      'f.yaml:11:34: apps[0].build.env.HERE: holds $( or $$, which Tekton and Kubernetes substitute (found "$(pwd)"; expected text without them, or set in a script of the repository)',
      'f.yaml:12:21: apps[0].build.legacy.AT: holds $( or $$, which Tekton and Kubernetes substitute (found "$(date)"; expected text without them, or set in a script of the repository)',
      'f.yaml:13:20: apps[0].tests.unit: holds $( or $$, which Tekton and Kubernetes substitute (found "test $(id -u) != 0"; expected backquotes for $(…), or a script of the repository that is called here)',
    ],
  ],
  [
    'names too long for what is derived from them, a request above its limit',
    `name: a-very-long-name-of-a-stack-that-nobody-would-wish-to-type
apps:
  - name: recommendations-service
    repo: acme/web
    propagation-role: terminal
    tests: { playwright: tests }
    env: { 2ND: x }
    resources: { requests: { memory: 1Gi }, limits: { memory: 512Mi } }
`,
    [
      'f.yaml:1:7: name: too long for pipeline a-very-long-name-of-a-stack-that-nobody-would-wish-to-type-merge-release (found 58 characters; expected at most 49)',
      'f.yaml:3:11: apps[0].name: too long for task test-recommendations-service-playwright (found 23 characters; expected at most 22)',
      'f.yaml:7:12: apps[0].env["2ND"]: the name is malformed (found "2ND"; expected letters, digits and _, no digit first)',
      'f.yaml:8:38: apps[0].resources.requests.memory: the request is above the limit (found "1Gi"; expected at most 512Mi)',
    ],
  ],
];

const TEAM: readonly Case[] = [
  [
    'a missing field and an address with a scheme',
    `name: payments
namespace: payments
imageRegistry: https://registry.example.com/payments
stacks: [stacks/a.yaml]
`,
    [
      'f.yaml:1:1: cluster: is missing (expected the name of a cluster)',
      'f.yaml:3:16: imageRegistry: the value is malformed (found "https://registry.example.com/payments"; expected a registry such as registry.example.com/team: host, port and path, without scheme, tag or last /)',
    ],
  ],
  [
    'the kebab-case of stacks, no stack',
    `name: payments
namespace: payments
cluster: kind
image-registry: r.example.com
stacks: []
`,
    [
      'f.yaml:4:1: image-registry: unknown key (did you mean imageRegistry?)',
      'f.yaml:5:9: stacks: is empty (found an empty list; expected a list of at least one: a stack file, such as stacks/checkout.yaml)',
    ],
  ],
  [
    'words in capitals and misspelt',
    `name: payments
namespace: Payments_CI
cluster: kind
imageRegistry: r.example.com
interceptBackend: telepresense
stacks: [stacks/a.yaml]
`,
    [
      'f.yaml:2:12: namespace: the value is malformed (found "Payments_CI"; expected lower-case letters, digits and -, at most 63, first and last no -)',
      'f.yaml:5:19: interceptBackend: the value is not known (found "telepresense"; expected router, gateway, mirrord, telepresence or none; did you mean telepresence?)',
    ],
  ],
  [
    'numbers out of range, a text for a list',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
maxConcurrentRuns: 0
maxParallelBuilds: lots
stacks: stacks/a.yaml
`,
    [
      'f.yaml:5:20: maxConcurrentRuns: the number is too small (found 0; expected a whole number from 1 to 1000)',
      'f.yaml:6:20: maxParallelBuilds: the value is of the wrong kind (found "lots"; expected a whole number from 1 to 1000)',
      'f.yaml:7:9: stacks: the value is of the wrong kind (found "stacks/a.yaml"; expected a list of at least one: a stack file, such as stacks/checkout.yaml)',
    ],
  ],
  [
    'a stack twice, a store left out',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml, stacks/a.yaml]
secrets: { backend: external-secrets }
`,
    [
      'f.yaml:5:25: stacks[1]: stacks/a.yaml is listed twice',
      'f.yaml:6:10: secrets.store: is missing (expected a mapping with name, kind and path)',
    ],
  ],
  [
    'a name too long',
    `name: payments-of-the-whole-company-and-all-its-subsidiaries-too
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml]
`,
    [
      'warning: f.yaml:1:1: storage.cache.accessMode: the cache is ReadWriteOnce, so the 5 builds that may run at once all go to the node that has it; ReadWriteMany or maxParallelBuilds: 1 avoids that',
      'warning: f.yaml:1:1: platform.repoURL: is missing: merge-release cannot record versions, verify has nothing to check, and Argo CD nothing to read (expected what git clone is given for this repository)',
      'f.yaml:1:7: name: too long for object tekton-dag-payments-of-the-whole-company-and-all-its-subsidiaries-too (found 58 characters; expected at most 52)',
    ],
  ],
  [
    'quantities and networks that are none',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml]
quota: { cpu: many, pods: 1.5 }
network: { egressCIDRs: [10.0.0.0] }
`,
    [
      'f.yaml:6:15: quota.cpu: the value is malformed (found "many"; expected a quantity such as 500m, 2 or 512Mi)',
      'f.yaml:6:27: quota.pods: the value is of the wrong kind (found 1.5; expected a whole number from 1)',
      'f.yaml:7:26: network.egressCIDRs[0]: the value is malformed (found "10.0.0.0"; expected a network such as 10.0.0.0/8)',
    ],
  ],
  [
    'images of tools that there are none of',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml]
images: { overrides: { builda: "r.example.com/buildah:1.0.0", podman: "r.example.com/podman:5.0.0", node-25: "r.example.com/node:25.0.0" } }
platform: { repoURL: "https://git.example.com/$(whoami)/ci.git" }
`,
    [
      'f.yaml:6:24: images.overrides.builda: no tool image has this key (did you mean buildah?)',
      'f.yaml:6:63: images.overrides.podman: no tool image has this key (expected git, registry, kubectl, buildah, buildkit, kaniko, composer, newman, playwright, artillery, trivy, platform, haproxy, telepresence, orchestrator, node-<version>, maven-<version>, gradle-<version>, python-<version> or php-<version>)',
      'f.yaml:7:22: platform.repoURL: holds $( or $$, which Tekton and Kubernetes substitute (found "https://git.example.com/$(whoami)/ci.git"; expected text without them)',
    ],
  ],
  [
    'a key that belongs further in',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml]
backend: kaniko
`,
    [
      'f.yaml:6:1: backend: unknown key (did you mean build.backend?)',
    ],
  ],
  [
    'an address without scheme, a word for a switch',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml]
git: { baseURL: github.com }
orchestrator: { enabled: "yes", consoleURL: "https://tekton.example.com/{run}" }
`,
    [
      'f.yaml:6:17: git.baseURL: the value is malformed (found "github.com"; expected https://host, ssh://git@host or git@host:, with or without a path)',
      'f.yaml:7:26: orchestrator.enabled: the value is of the wrong kind (found "yes"; expected true or false)',
      'f.yaml:7:45: orchestrator.consoleURL: the value is malformed (found "https://tekton.example.com/{run}"; expected a URL with {name}, such as https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name})',
    ],
  ],
  [
    'an open brace',
    `name: payments
cluster: {kind
`,
    [
      'f.yaml:3:1: not YAML: deficient indentation; a bracket, brace or quote above is not closed',
    ],
  ],
];

const VERSIONS: readonly Case[] = [
  [
    'a number for a version',
    `apps:
  web: { version: 1.0 }
`,
    [
      'f.yaml:2:19: apps.web.version: the value is of the wrong kind (found 1.0; expected a version in quotes such as "1.4.0" or "1.4.0-rc.2")',
    ],
  ],
  [
    'two parts',
    `apps:
  web: { version: "1.0" }
`,
    [
      'f.yaml:2:19: apps.web.version: the value is malformed (found "1.0"; expected a version in quotes such as "1.4.0" or "1.4.0-rc.2")',
    ],
  ],
  [
    'a missing version',
    `apps:
  web: { last-released: "1.0.0" }
`,
    [
      'f.yaml:2:8: apps.web.version: is missing (expected a version in quotes such as "1.4.0" or "1.4.0-rc.2")',
    ],
  ],
  [
    'a candidate as last release',
    `apps:
  web: { version: "1.1.0-rc.0", last-released: "1.0.0-rc.3" }
`,
    [
      'f.yaml:2:48: apps.web.last-released: the value is malformed (found "1.0.0-rc.3"; expected a released version in quotes such as "1.3.0")',
    ],
  ],
  [
    'a tag of Git',
    `apps:
  web: { version: v1.0.0 }
`,
    [
      'f.yaml:2:19: apps.web.version: the value is malformed (found "v1.0.0"; expected a version in quotes such as "1.4.0" or "1.4.0-rc.2")',
    ],
  ],
  [
    'a digest cut short',
    `apps:
  web: { version: "1.0.0", digest: "sha256:abc" }
`,
    [
      'f.yaml:2:36: apps.web.digest: the value is malformed (found "sha256:abc"; expected sha256: and 64 hexadecimal digits)',
    ],
  ],
  [
    'a misspelt key',
    `apps:
  web: { version: "1.0.0", lastreleased: "0.9.0" }
`,
    [
      'f.yaml:2:28: apps.web.lastreleased: unknown key (did you mean last-released?)',
    ],
  ],
  [
    'an app given twice',
    `apps:
  web: { version: "1.0.0" }
  web: { version: "1.1.0" }
`,
    [
      'f.yaml:3:3: apps.web: the key is given twice; the other is in line 2',
    ],
  ],
  [
    'an app in capitals',
    `apps:
  Web: { version: "1.0.0" }
`,
    [
      'f.yaml:2:3: apps.Web: the name is malformed (found "Web"; expected lower-case letters, digits and single -, at most 63, a letter first, no - last)',
    ],
  ],
  [
    'no mapping, a foreign key',
    `apps:
  web: "1.0.0"
version: 2
`,
    [
      'f.yaml:2:8: apps.web: the value is of the wrong kind (found "1.0.0"; expected a mapping with version, last-released and digest)',
      'f.yaml:3:1: version: unknown key (expected apps)',
    ],
  ],
];

const REGISTRY: readonly Case[] = [
  [
    'a text for a mapping',
    `repos:
  web: stack-one.yaml
`,
    [
      'f.yaml:2:8: repos.web: the value is of the wrong kind (found "stack-one.yaml"; expected a mapping with stack and role)',
    ],
  ],
  [
    'a misspelt key',
    `repos:
  web: { stak: shop.yaml }
`,
    [
      'f.yaml:2:10: repos.web.stak: unknown key (did you mean stack?)',
    ],
  ],
  [
    'a missing stack',
    `repos:
  web: { role: frontend }
`,
    [
      'f.yaml:2:8: repos.web.stack: is missing (expected a stack file beside the registry, such as checkout.yaml)',
    ],
  ],
  [
    'a repository with its owner',
    `repos:
  acme/web: { stack: shop.yaml }
`,
    [
      'f.yaml:2:3: repos["acme/web"]: the name is malformed (found "acme/web"; expected the name of a repository without its owner)',
    ],
  ],
  [
    'a list',
    `repos: []
`,
    [
      'f.yaml:1:8: repos: the value is of the wrong kind (found an empty list; expected a mapping)',
    ],
  ],
  [
    'a role that is no label',
    `repos:
  web: { stack: shop.yaml, role: front end }
`,
    [
      'f.yaml:2:34: repos.web.role: the value is malformed (found "front end"; expected letters, digits, -, _ and ., at most 63, first and last a letter or digit: it becomes a label)',
    ],
  ],
  [
    'a repository given twice',
    `repos:
  web: { stack: shop.yaml }
  web: { stack: other.yaml }
`,
    [
      'f.yaml:3:3: repos.web: the key is given twice; the other is in line 2',
    ],
  ],
  [
    'two stacks',
    `repos:
  web: { stack: [a.yaml, b.yaml] }
`,
    [
      'f.yaml:2:17: repos.web.stack: the value is of the wrong kind (found a list; expected a stack file beside the registry, such as checkout.yaml)',
    ],
  ],
  [
    'an empty name, a foreign key',
    `repos:
  web: { stack: "" }
stacks: {}
`,
    [
      'f.yaml:2:17: repos.web.stack: is empty (found ""; expected a stack file beside the registry, such as checkout.yaml)',
      'f.yaml:3:1: stacks: unknown key (expected repos)',
    ],
  ],
  [
    'an open brace',
    `repos:
  web: { stack: shop.yaml
`,
    [
      'f.yaml:3:1: not YAML: deficient indentation; a bracket, brace or quote above is not closed',
    ],
  ],
];

const NONE: readonly Case[] = [
  [
    'an empty file',
    ``,
    [
      'f.yaml: the file is empty',
    ],
  ],
  [
    'a list',
    `- a`,
    [
      'f.yaml:1:1: of none of the known formats (found no mapping; expected a stack (apps as a list), a team (stacks, cluster), a cluster (imageRegistry, ingress, quota, network), versions (apps as a mapping) or a registry (repos))',
    ],
  ],
  [
    'foreign keys',
    `foo: 1
bar: 2
`,
    [
      'f.yaml:1:1: of none of the known formats (found the keys foo and bar; expected a stack (apps as a list), a team (stacks, cluster), a cluster (imageRegistry, ingress, quota, network), versions (apps as a mapping) or a registry (repos))',
    ],
  ],
  [
    'two documents',
    `a: 1
---
b: 2
`,
    [
      'f.yaml:3:1: holds more than one YAML document; keep one to a file',
    ],
  ],
  [
    'an alias of nothing',
    `*x`,
    [
      'f.yaml:1:2: not YAML: unidentified alias "x"',
    ],
  ],
];

const validate = (text: string) => validateFile({ file: 'f.yaml', text });
const told = (text: string): string[] => validate(text).problems.map((problem) => `${problem.severity === 'warning' ? 'warning: ' : ''}${formatProblem(problem)}`);

describe.each([
  ['stack', STACK],
  ['team', TEAM],
  ['versions', VERSIONS],
  ['registry', REGISTRY],
] as const)('a bad %s', (_, cases) => {
  it.each(cases)('%s', (_what, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it('comes in ten kinds at least', () => expect(cases.length).toBeGreaterThanOrEqual(10));
});

it.each(NONE)('is of no format: %s', (_what, text, expected) => {
  expect(validate(text).format).toBeUndefined();
  expect(told(text)).toEqual(expected);
});
