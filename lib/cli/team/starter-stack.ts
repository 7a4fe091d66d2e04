/** A stack to begin with: one app, to be replaced. It synthesizes as it is. */
export const starterStack = (
  name: string,
): string => `# Every key is in docs/stack.md. \`npx tekton-dag graph stacks/${name}.yaml\` draws it.
name: ${name}
defaults: { namespace: ${name}-staging }
apps:
  - name: ${name}-web
    repo: example/${name}-web
    propagation-role: terminal
    build: { tool: npm, node-version: "22" }
    downstream: []
    tests: {}
`;
