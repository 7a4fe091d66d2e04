import type { Case } from './case';

const PLAIN_PATH = 'a path such as /shop, without spaces, quotes, ;, {}, $ and \\';

export const STACK: readonly Case[] = [
  [
    'lists that say something twice',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    context-dir: web
    build:
      inputs: [shared, ./shared/]
      secrets: { secret: web-npm, keys: [npmrc, npmrc] }
`,
    [
      'f.yaml:8:24: apps[0].build.inputs[1]: shared is listed twice',
      'f.yaml:9:49: apps[0].build.secrets.keys[1]: npmrc is listed twice',
    ],
  ],
  [
    'inputs that the build reads anyway',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    context-dir: web
    build: { inputs: [web/src, packages, packages/shared] }
`,
    [
      'warning: f.yaml:7:23: apps[0].build.inputs[0]: not used: context-dir is web, which the build reads whole',
      'warning: f.yaml:7:42: apps[0].build.inputs[2]: not used: packages holds it, which the build reads whole',
    ],
  ],
  [
    'an environment that says more than there is to say',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    env: { Y: { configmap: a, key: k, optional: true } }
`,
    ['f.yaml:6:39: apps[0].env.Y.optional: unknown key (expected secret, key or configmap)'],
  ],
  [
    'replicas beside an autoscaler, and one of less than nothing',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    replicas: 2
    autoscaling: { min: 4, max: 3 }
`,
    [
      'f.yaml:6:5: apps[0].replicas: autoscaling sets the replicas of this app: remove one of the two keys',
      'f.yaml:7:25: apps[0].autoscaling.min: min is above max (found 4; expected at most 3)',
    ],
  ],
  [
    'a misspelt key',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-rol: terminal
`,
    ['f.yaml:5:5: apps[0].propagation-rol: unknown key (did you mean propagation-role?)'],
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
      'f.yaml:6:20: apps[0].build.tool: no toolchain has this name; toolchains of fleet.ts adds your own (found "mvn"; expected npm, maven, gradle, pip or composer)',
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
      'f.yaml:3:13: apps[0].name: the value is malformed (found "Web_Front"; expected lower-case letters, digits and single -, at most 27, a letter first, no - last)',
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
    'a cycle',
    `name: shop
apps:
  - { name: a, repo: acme/a, propagation-role: forwarder, downstream: [b] }
  - { name: b, repo: acme/b, propagation-role: forwarder, downstream: [c] }
  - { name: c, repo: acme/c, propagation-role: forwarder, downstream: [a] }
`,
    ['f.yaml:5:72: apps[2].downstream[0]: apps call each other in a cycle: a > b > c > a'],
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
      'f.yaml:6:41: apps[0].build.python-version: reads as 3.1, not as the text 3.10: put it in quotes (found 3.10; did you mean "3.10"?)',
      'f.yaml:7:11: apps[1].name: app pip is given twice; the other is at f.yaml:3:11',
    ],
  ],
  [
    'a tab',
    `name: shop
apps:
	- name: web
`,
    ['f.yaml:3:1: not YAML: tabs are not allowed as indentation; indent with spaces'],
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
      'f.yaml:3:6: apps: is empty (found an empty list; expected a list of at least one)',
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
  [
    'a limit in the wrong unit, which is told alone',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    resources: { requests: { memory: 256Mi }, limits: { memory: 256m } }
`,
    [
      'f.yaml:6:65: apps[0].resources.limits.memory: m is a thousandth of a byte (found "256m"; expected bytes with their unit, such as 512Mi; did you mean 256Mi?)',
    ],
  ],
  [
    'hosts and paths that an API server refuses as those of an Ingress',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    ingress: { hosts: { one: 10.0.0.7, two: 0x7f.1 }, path: /a//b }
  - name: a
    repo: acme/a
    propagation-role: terminal
    ingress: { hosts: { one: a.example.com }, path: /a/./b }
  - name: b
    repo: acme/b
    propagation-role: terminal
    ingress: { hosts: { one: 7.example.com }, path: /a/.. }
  - name: c
    repo: acme/c
    propagation-role: terminal
    ingress: { hosts: { one: c.example.com }, path: /a%2fb }
  - name: d
    repo: acme/d
    propagation-role: terminal
    ingress: { hosts: { one: d.example.com }, path: /a%2Fb }
  - name: e
    repo: acme/e
    propagation-role: terminal
    ingress: { hosts: { one: e.example.com }, path: /a../.b/.well-known/ }
`,
    [
      'f.yaml:6:30: apps[0].ingress.hosts.one: is an IP address, which an Ingress cannot have (found "10.0.0.7"; expected a name such as shop.example.com)',
      'f.yaml:6:45: apps[0].ingress.hosts.two: is an IP address, which an Ingress cannot have (found "0x7f.1"; expected a name such as shop.example.com)',
      'f.yaml:6:61: apps[0].ingress.path: holds //, which no path of an Ingress may hold (found "/a//b"; expected the plain path, such as /shop)',
      'f.yaml:10:53: apps[1].ingress.path: holds /./, which no path of an Ingress may hold (found "/a/./b"; expected the plain path, such as /shop)',
      'f.yaml:14:53: apps[2].ingress.path: holds /../, which no path of an Ingress may hold (found "/a/.."; expected the plain path, such as /shop)',
      'f.yaml:18:53: apps[3].ingress.path: holds %2f, which no path of an Ingress may hold (found "/a%2fb"; expected the plain path, such as /shop)',
      'f.yaml:22:53: apps[4].ingress.path: holds %2F, which no path of an Ingress may hold (found "/a%2Fb"; expected the plain path, such as /shop)',
    ],
  ],
  [
    'paths that would say more in the configuration of a controller',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    ingress: { hosts: { one: a.example.com }, path: "/;}" }
  - name: a
    repo: acme/a
    propagation-role: terminal
    ingress: { hosts: { one: b.example.com }, path: "/a b" }
  - name: b
    repo: acme/b
    propagation-role: terminal
    ingress: { hosts: { one: c.example.com }, path: "/~a/%C3%A4,b;c" }
  - name: c
    repo: acme/c
    propagation-role: terminal
    ingress: { hosts: { one: d.example.com }, path: "/~a/%C3%A4,b=c@d" }
`,
    [
      `f.yaml:6:53: apps[0].ingress.path: the value is malformed (found "/;}"; expected ${PLAIN_PATH})`,
      `f.yaml:10:53: apps[1].ingress.path: the value is malformed (found "/a b"; expected ${PLAIN_PATH})`,
      `f.yaml:14:53: apps[2].ingress.path: the value is malformed (found "/~a/%C3%A4,b;c"; expected ${PLAIN_PATH})`,
    ],
  ],
  [
    'repositories and registries that lead elsewhere',
    `name: shop
defaults: { image-registry: "\${IMAGE_REGISTRY}/../other" }
apps:
  - { name: a, repo: ../shop, propagation-role: terminal }
  - { name: b, repo: .., propagation-role: terminal }
  - { name: c, repo: acme/-x, propagation-role: terminal }
  - { name: d, repo: acme/orders.git, propagation-role: terminal }
  - { name: e, repo: acme/.github, propagation-role: terminal }
`,
    [
      'f.yaml:2:29: defaults.image-registry: the value is malformed (found "${IMAGE_REGISTRY}/../other"; expected ${IMAGE_REGISTRY}, a path below it, or a registry: host, port and path, without scheme, tag or last /)',
      ...[
        ['4:22: apps[0]', '../shop'],
        ['5:22: apps[1]', '..'],
        ['6:22: apps[2]', 'acme/-x'],
        ['7:22: apps[3]', 'acme/orders.git'],
      ].map(
        ([at, found]) =>
          `f.yaml:${at}.repo: leads to another address once it is part of one (found "${found}"; expected owner/name or a name alone, without .git; neither is . or .., or begins with -)`,
      ),
    ],
  ],
  [
    'volumes in one place by several spellings, and in places of the container',
    `name: shop
apps:
  - name: web
    repo: acme/web
    propagation-role: terminal
    volumes:
      - { path: /etc/app, configmap: a }
      - { path: /etc/app/, configmap: b }
      - { path: /etc//app, configmap: c }
      - { path: /etc/./app, configmap: d }
      - { path: /., empty-dir: 1Gi }
      - { path: /proc/, empty-dir: 1Gi }
      - { path: /sys/fs, empty-dir: 1Gi }
      - { path: /dev, empty-dir: 1Gi }
      - { path: /var/run/secrets/kubernetes.io/serviceaccount/x, secret: own }
      - { path: /dev/shm, empty-dir: 1Gi }
      - { path: /processes, empty-dir: 1Gi }
`,
    [
      ...[8, 9, 10].map(
        (line, index) =>
          `f.yaml:${line}:17: apps[0].volumes[${index + 1}].path: another volume of the app is mounted there (found "${['/etc/app/', '/etc//app', '/etc/./app'][index]}"; expected another folder)`,
      ),
      ...['/.', '/proc/', '/sys/fs', '/dev', '/var/run/secrets/kubernetes.io/serviceaccount/x'].map(
        (path, index) =>
          `f.yaml:${index + 11}:17: apps[0].volumes[${index + 4}].path: is a place of the container itself, which a volume would hide (found "${path}"; expected a folder of the app, such as /etc/app)`,
      ),
    ],
  ],
];
