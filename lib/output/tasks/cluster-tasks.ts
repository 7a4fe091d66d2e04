import { App, Chart } from 'cdk8s';
import type { Team } from '../../fleet/model';
import { manifestsOf } from '../../kube/files';
import type { Manifest } from '../../kube/manifest';
import { MANAGED_BY, MANAGER } from '../../words/labels';
import { TASKS_NAMESPACE } from '../../words/names';
import type { Use } from './catalogue';
import { Catalogue } from './catalogue';
import { resolveImages } from './shared/images';

/** The Tasks that a cluster holds once for its teams. */
export class ClusterTasks {
  private readonly made = new Map<string, Manifest>();

  /** @param nobody the team of nobody on the cluster: what is made for it is what the defaults give */
  constructor(private readonly nobody: Team) {}

  /** The Task of the cluster that is called as one that a team uses. */
  of({ name, make }: Use): Manifest {
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const app = new App();
    const chart = new Chart(app, 'tasks', {
      namespace: TASKS_NAMESPACE,
      labels: { [MANAGED_BY]: MANAGER },
      disableResourceNameHashes: true,
    });
    const { context } = new Catalogue(chart, { team: this.nobody, images: resolveImages(this.nobody) });
    make(chart, context);
    const task = [...manifestsOf(app).values()].flat()[0]!;
    this.made.set(name, task);
    return task;
  }

  /** The Task of this name, once a team has asked for it. */
  named(name: string): Manifest | undefined {
    return this.made.get(name);
  }
}

const ofNobodies = new WeakMap<Team, ClusterTasks>();

/** The same for the same team of nobody. */
export function clusterTasks(nobody: Team): ClusterTasks {
  const known = ofNobodies.get(nobody) ?? new ClusterTasks(nobody);
  ofNobodies.set(nobody, known);
  return known;
}
