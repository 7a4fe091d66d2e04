import { Fleet } from 'tekton-dag';

/** Each team has a ConfigMap that says whom to call, and each stack one with the names of its apps. */
export default new Fleet({
  customize: (_, team) => {
    const configMap = (name: string, data: Record<string, string>) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data,
    });
    team.add(configMap('on-call', { channel: `#${team.name}-on-call` }));
    for (const stack of team.stacks) stack.add(configMap(`${stack.name}-dashboard`, { apps: stack.apps.join(' ') }));
  },
});
