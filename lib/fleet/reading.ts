import type { ClusterFile } from './cluster';
import type { Document } from './document';
import type { Loaded } from './formats';
import type { Stack, Team } from './model';
import type { OwnDeployment } from './own-deployment';
import type { RegistryFile } from './registry';
import type { StackFile } from './stack';
import type { VersionsFile } from './versions';

/** What was read of a fleet: the model so far, and the documents that it comes from, for the rules that look across files. */

/** Everything that was read, by the kind of file. */
export interface FleetReading {
  readonly teams: readonly TeamReading[];
  readonly stacks: ReadonlyMap<string, Loaded<StackFile>>;
  readonly clusters: readonly Loaded<ClusterFile>[];
  readonly registry?: Loaded<RegistryFile>;
  /** Deployments of the repository's own, by their files. */
  readonly manifests: ReadonlyMap<string, Loaded<OwnDeployment>>;
  readonly versions: ReadonlyMap<string, Loaded<VersionsFile>>;
}

/** A team and the documents that its parts were read from. */
export interface TeamReading {
  /** On the cluster that the team names first. */
  readonly team: Team;
  /** The same team on its other clusters. */
  readonly elsewhere: readonly Team[];
  readonly document: Document;
  readonly stacks: readonly StackReading[];
}

/** A stack and the document that it was read from. */
export interface StackReading {
  readonly stack: Stack;
  readonly document: Document;
}
