import type { Case } from './case';

export const TEAM: readonly Case[] = [
  [
    'a missing field and an address with a scheme',
    `name: payments
namespace: payments
imageRegistry: https://registry.example.com/payments
stacks: [stacks/a.yaml]
`,
    [
      'f.yaml:1:1: cluster: is missing (expected the name of a cluster as Argo CD has it, without white space)',
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
      'f.yaml:5:19: interceptBackend: no backend has this name; backends of fleet.ts adds your own (found "telepresense"; did you mean telepresence?)',
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
      'f.yaml:6:20: maxParallelBuilds: wrong type (found "lots"; expected a whole number from 1 to 1000)',
      'f.yaml:7:9: stacks: wrong type (found "stacks/a.yaml"; expected a list of at least one: a stack file, such as stacks/checkout.yaml)',
    ],
  ],
  [
    'a stack twice, an optional Secret that there is not',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml, stacks/a.yaml]
secrets: { backend: external-secrets, store: { name: vault, optional: [baseImage] } }
`,
    [
      'f.yaml:5:25: stacks[1]: stacks/a.yaml is listed twice',
      'f.yaml:6:72: secrets.store.optional[0]: the value is not known (found "baseImage"; expected baseImages or notify; did you mean baseImages?)',
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
      'f.yaml:6:15: quota.cpu: the value is malformed (found "many"; expected cores such as 2, or thousandths of one such as 500m)',
      'f.yaml:6:27: quota.pods: wrong type (found 1.5; expected a whole number from 1)',
      'f.yaml:7:26: network.egressCIDRs[0]: the value is malformed (found "10.0.0.0"; expected a network such as 10.0.0.0/8)',
    ],
  ],
  [
    'images that are another tomorrow',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml]
orchestrator: { image: "foo:latest" }
images: { overrides: { git: r.example.com/git, newman: "no image" } }
platform: { repoURL: git@host:o/r.git }
`,
    [
      'f.yaml:6:24: orchestrator.image: image has a tag that moves (found "foo:latest"; expected an exact version or a digest)',
      'f.yaml:7:29: images.overrides.git: image has no tag (found "r.example.com/git"; expected an exact version or a digest)',
      'f.yaml:7:56: images.overrides.newman: the value is malformed (found "no image"; expected an image such as registry.example.com/tools/kubectl:1.34.0)',
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
      'f.yaml:6:63: images.overrides.podman: no tool image has this key (expected git, registry, kubectl, buildah, buildkit, kaniko, composer, newman, playwright, artillery, cosign, trivy, platform, haproxy, telepresence, orchestrator, tools, node-<version>, maven-<version>, gradle-<version>, python-<version> or php-<version>)',
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
    ['f.yaml:6:1: backend: unknown key (did you mean build.backend?)'],
  ],
  [
    'an address without scheme, a word for a switch',
    `name: payments
namespace: payments
cluster: kind
imageRegistry: r.example.com
stacks: [stacks/a.yaml]
git: { baseURL: github.com }
orchestrator: { enabled: "yes", consoleURL: "https://tekton.example.com/{run}", githubURL: "https://api.github.com/" }
`,
    [
      'f.yaml:6:17: git.baseURL: the value is malformed (found "github.com"; expected https://host, ssh://git@host or git@host:, with or without a path)',
      'f.yaml:7:26: orchestrator.enabled: wrong type (found "yes"; expected true or false)',
      'f.yaml:7:45: orchestrator.consoleURL: the value is malformed (found "https://tekton.example.com/{run}"; expected a URL with {name}, such as https://tekton.example.com/#/namespaces/{namespace}/pipelineruns/{name})',
      'f.yaml:7:92: orchestrator.githubURL: the value is malformed (found "https://api.github.com/"; expected the address of an API, such as https://git.example.com/api/v3)',
    ],
  ],
  [
    'an open brace',
    `name: payments
cluster: {kind
`,
    [
      'f.yaml:3:1: not YAML: flow map in block collection must be sufficiently indented and end with a }; close the bracket or brace above, and indent what is in it further than the key, with spaces',
    ],
  ],
];
