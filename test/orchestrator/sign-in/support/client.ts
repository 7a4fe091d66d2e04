/** What a provider calls the orchestrator of the tests. */
export const CLIENT = { id: 'tekton-dag', secret: 'the secret of the client' } as const;
