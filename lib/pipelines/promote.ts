import type { Construct } from 'constructs';
import type { Team } from '../contract/model';
import type { Catalogue } from '../tasks/catalogue';
import { Param } from '../tekton/param';
import { Pipeline } from '../tekton/pipeline';
import { TIMEOUTS } from './context';

/** Promotes apps of a team from one of its clusters to the next, where Git owns their Deployments; a team's own, of no stack. */
export function promote(scope: Construct, { team, tasks }: { readonly team: Team; readonly tasks: Catalogue }): void {
  if (team.environment.deploy !== 'gitops' || team.clusters.length === 0) return;
  const pipeline = new Pipeline(scope, 'promote', {
    description: `Promotes apps of team ${team.name} to a cluster`,
    params: { to: Param.string({ description: team.clusters.join(' or ') }), apps: Param.string({ default: '', description: 'Names with blanks between them; empty: all' }) },
  });
  const { to, apps } = pipeline.params;
  pipeline.task('promote', tasks.promote(), { account: 'release', timeout: TIMEOUTS.test, params: { to, apps } });
}
