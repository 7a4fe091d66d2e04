import type { App, Stack, Team } from '../../fleet/model';

/** An app of an environment, with the headers by which a session of it may be told. */
export interface EnvironmentApp {
  readonly app: App;
  /** The first stack that has it. */
  readonly stack: Stack;
  /** One of each stack that has it, equal ones once: stacks of one environment may use different header names. */
  readonly propagations: readonly Stack['propagation'][];
}

/** The apps that run in a namespace, in the order of the stacks, an app of several stacks once. */
export function environmentApps(team: Team, namespace: string): readonly EnvironmentApp[] {
  const apps = new Map<string, EnvironmentApp>();
  for (const stack of team.stacks.filter(({ environment }) => environment === namespace)) {
    for (const app of stack.apps) {
      const { propagations, ...known } = apps.get(app.name) ?? { app, stack, propagations: [] };
      apps.set(app.name, {
        ...known,
        propagations: [...propagations.filter((one) => !sameHeaders(one, stack.propagation)), stack.propagation],
      });
    }
  }
  return [...apps.values()];
}

const sameHeaders = (a: Stack['propagation'], b: Stack['propagation']): boolean =>
  a.headerName === b.headerName && a.baggageKey === b.baggageKey;

/** Whether requests to the app can be sent elsewhere one by one: what is not HTTP has no header to go by. */
export const isIntercepted = ({ app }: EnvironmentApp): boolean => app.protocol !== 'tcp';
