import { formatProblem } from '../../../lib/words/problem';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { compile } from '../../../lib/runs/configuration/compile';
import type { Source } from '../../../lib/runs/configuration/compile';
import type { Configuration, Placement, TeamConfig } from '../../../lib/runs/configuration/configuration';

/** The configuration in force: the newest one that is valid. */
export interface CurrentConfiguration {
  readonly configuration: Configuration | undefined;
  /** Compiles what was read and puts it in force. It does nothing if nothing has changed. */
  take(sources: readonly Source[]): void;
  onChange(listener: (configuration: Configuration) => void): void;
}

/** @param team the only team to serve; undefined serves all */
export function createCurrentConfiguration(team: string | undefined, log: Log, metrics: Metrics): CurrentConfiguration {
  let good: ReadonlyMap<string, TeamConfig> = new Map();
  let configuration: Configuration | undefined;
  let seen = '';
  const listeners: ((configuration: Configuration) => void)[] = [];
  return {
    get configuration() {
      return configuration;
    },
    onChange: (listener) => void listeners.push(listener),
    take(sources) {
      const fingerprint = JSON.stringify(sources.map(({ name, text }) => [name, text]).sort());
      if (fingerprint === seen) return;
      seen = fingerprint;
      const compiled = compile(sources, good, (configuration?.generation ?? 0) + 1);
      const served =
        team === undefined ? compiled.good : new Map([...compiled.good].filter(([, { name }]) => name === team));
      const isServed = (placement: Placement): boolean => team === undefined || placement.team.name === team;
      for (const problem of compiled.configuration.problems)
        log[problem.severity === 'error' ? 'error' : 'warn'](`configuration: ${formatProblem(problem)}`);
      // without any team there is nothing to serve
      if (served.size === 0 && configuration === undefined)
        return void metrics.configValid.set({ team: team ?? '' }, 0);
      good = compiled.good;
      configuration = {
        ...compiled.configuration,
        teams: new Map([...served.values()].map((config) => [config.name, config])),
        appsOf: (repo) => compiled.configuration.appsOf(repo).filter(isServed),
        claimsOf: (repo) => compiled.configuration.claimsOf(repo).filter(isServed),
        namesakesOf: (name) => compiled.configuration.namesakesOf(name).filter(isServed),
      };
      const wrong = new Set(
        configuration.problems.filter(({ severity }) => severity === 'error').map(({ file }) => file),
      );
      for (const [source, { name }] of served) metrics.configValid.set({ team: name }, wrong.has(source) ? 0 : 1);
      metrics.configGeneration.set(configuration.generation);
      metrics.configLastSuccess.setToCurrentTime();
      log.info({ generation: configuration.generation, teams: [...configuration.teams.keys()] }, 'configuration taken');
      for (const listener of listeners) listener(configuration);
    },
  };
}
