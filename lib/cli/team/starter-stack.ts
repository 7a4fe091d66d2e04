import { stringify } from 'yaml';
import { notStack } from '../../fleet/formats';
import { isForeignNamespace } from '../../fleet/model';
import { APP_NAME_MAX, OWN_PREFIX, STACK_NAME_MAX, hash32 } from '../../words/names';
import { serviceName } from '../../words/scalars';

/** The file of the stack that a team begins with, unless it names others. A longer name would break those of its Pipelines. */
export function starterFile(team: string): string {
  const file = `stacks/${team.slice(0, STACK_NAME_MAX).replace(/(?<!-)-+$/, '')}.yaml`;
  return notStack(file) === undefined ? file : `stacks/${team}-apps.yaml`;
}

/** A stack to begin with: one app, to be replaced. It synthesizes as it is. */
export const starterStack = (
  name: string,
): string => `# Every key is in docs/stack.md. \`npx tekton-dag graph stacks/${name}.yaml\` draws it.
name: ${stringify(name).trimEnd()}
defaults: { namespace: ${namespaceOf(name)} }
apps:
  - name: ${appOf(name)}
    repo: example/${name}-web
    propagation-role: terminal
    build: { tool: npm, node-version: "22" }
    downstream: []
    tests: {}
`;

/** An app may not have every name that a stack may. Teams share registries, so what stands in its place is of this stack alone, too. */
function appOf(stack: string): string {
  const name = `${stack}-web`;
  const isApps = name.length <= APP_NAME_MAX && !name.startsWith(OWN_PREFIX) && serviceName.safeParse(name).success;
  return isApps ? name : `web-${hash32(stack, 4)}`;
}

/** Apps do not run among the programs of a cluster. */
function namespaceOf(stack: string): string {
  const name = `${stack}-staging`;
  return isForeignNamespace(name) ? `apps-${name}` : name;
}
