import { Fleet } from 'tekton-dag';

/** A namespace with pods of any rights is an error. One that nobody pays for is a warning. */
export default new Fleet({
  checks: {
    restricted: ({ manifest: { kind, metadata } }, report) => {
      const path = 'metadata.labels';
      if (kind === 'Namespace' && metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'privileged')
        report({
          path,
          message: 'admits pods of any rights',
          remedy: 'choose another build.backend or interceptBackend',
        });
    },
    'cost-centre': ({ manifest: { kind, metadata }, team }, report) => {
      if (kind === 'Namespace' && team !== undefined && metadata.labels?.['cost-centre'] === undefined)
        report({ message: 'nobody pays for it', remedy: 'add label cost-centre in fleet.ts', severity: 'warning' });
    },
  },
});
