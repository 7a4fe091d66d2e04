import { Team } from 'tekton-dag';

export default new Team({
  name: 'market',
  namespace: 'team-market',
  cluster: 'production-ci',
  imageRegistry: 'registry.example.com/market',
  maxConcurrentRuns: 6,
  maxParallelBuilds: 8,
  stacks: ['stacks/marketplace.yaml', 'stacks/handbook.yaml'],
  storage: { cache: { size: '100Gi', accessMode: 'ReadWriteMany', storageClass: 'shared' } },
  platform: { repoURL: 'https://github.com/example/platform.git' },
  quota: { cpu: '64', memory: '256Gi', pods: 200 },
});
