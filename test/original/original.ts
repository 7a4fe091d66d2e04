/** A repository as the original's users have it: one stack that a team lists, one that only the registry names, and what cannot come along. */
export const ORIGINAL: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'stacks/travel.yaml': `# Who books what
name: travel
propagation: { header-name: x-trip, baggage-key: trip, strategy: w3c-baggage }
defaults:
  namespace: travel-staging
  image-registry: "\${IMAGE_REGISTRY}"
  service-port: "80"
  container-port: "8080"
apps:
  - name: booking-web
    repo: example-travel/booking-web
    role: frontend
    propagation-role: originator
    container-port: "3000"
    build: { tool: npm, runtime: vue, node-version: "22", build-command: "npm ci && npm run build" }
    downstream: [quotes, flights]
    tests: { postman: tests/postman/web.json, playwright: tests/playwright, artillery: tests/load.yml }
  - name: quotes
    repo: example-travel/quotes
    role: middleware
    propagation-role: forwarder
    context-dir: service
    dockerfile: docker/Dockerfile
    build: { tool: maven, runtime: spring-boot, java-version: "21", build-command: "mvn -B package", env: { A: "1" }, legacy: { B: "2" }, pre-command: ./prepare.sh }
    downstream: [flights]
    tests: { postman: tests/postman/quotes.json }
  - name: flights
    repo: example-travel/flights
    role: persistence
    propagation-role: terminal
    build: { tool: pip, runtime: flask, python-version: "3.12", build-command: pip install -r requirements.txt }
    downstream: []
    tests: {}
`,
    'stacks/loyalty.yaml': `name: loyalty
propagation: { strategy: custom }
defaults: { namespace: loyalty-staging }
apps:
  - name: points
    repo: example-travel/points
    role: frontend
    namespace: elsewhere
    service-port: "81"
    build: { tool: none, runtime: custom }
    downstream: [ledger]
  - name: ledger
    repo: example-travel/ledger
    role: persistence
    owner: nobody
    build: { tool: composer, runtime: php, php-version: "8.3", build-command: composer install }
`,
    'stacks/trial.yaml':
      'name: trial\napps: [{ name: trial, repo: a/trial, role: standalone, build: { tool: npm } }]\n',
    'stacks/registry.yaml':
      'repos:\n  booking-web: { stack: travel.yaml, role: frontend }\n  points: { stack: loyalty.yaml, role: frontend }\n  gone: { stack: gone.yaml, role: middleware }\n',
    'stacks/versions.yaml':
      'apps:\n  quotes: { version: "1.2.0-rc.3", last-released: "1.1.0" }\n  stranger: { version: "0.1.0-rc.0" }\n',
    'teams/travel/team.yaml': `name: travel
namespace: travel-ci
cluster: kind-travel
imageRegistry: registry.example.com/travel
cacheRepo: registry.example.com/travel/layers
interceptBackend: mirrord
maxConcurrentRuns: 4
maxParallelBuilds: 2
owner: nobody
stacks: [stacks/travel.yaml]
`,
    'teams/travel/values.yaml': `teamName: travel
namespace: travel-ci
maxParallelBuilds: 7
gitUrl: https://example.com/original.git
compileImageVariants: { maven-java21: registry.example.com/tools/maven:21.0.4, maven-java99: registry.example.com/tools/maven:99 }
orchestrationService: { enabled: true, replicas: 2, image: "localhost:5000/orchestrator:latest" }
triggers: { webhookSecretName: hook-secret }
nonsense: true
`,
    'helm/tekton-dag/values.yaml': `buildImageTag: latest
compileImageVariants: { maven-java17: "localhost:5000/tekton-dag-build-maven:java17" }
workspaces: { buildCache: { size: 5Gi, storageClass: fast }, sharedWorkspace: { size: 2Gi } }
rbac: { clusterAdmin: true }
`,
    'pipeline/stack-pr-pipeline.yaml':
      'spec:\n  params:\n    - name: pre-build-task\n      type: string\n      default: "lint-all"\n    - name: post-test-task\n      default: ""\n',
    'tasks/build-compile-npm.yaml': 'kind: Task\n',
    'tasks/lint-all.yaml': 'kind: Task\n',
  }),
);
