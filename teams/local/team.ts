import { Team } from 'tekton-dag';

/** The team that a local Kind runs; `dist/kind.yaml` holds it with all that the cluster needs. */
export default new Team({
  name: 'local',
  namespace: 'team-local',
  cluster: 'kind-tekton-dag',
  imageRegistry: 'localhost:5001',
  // What `npx tekton-dag kind up` builds and pushes there.
  orchestrator: { image: 'localhost:5001/orchestrator:local' },
  maxConcurrentRuns: 1,
  // It is one machine.
  maxParallelBuilds: 1,
  stacks: ['stacks/shop.yaml'],
  platform: { repoURL: 'https://github.com/example/platform.git' },
});
