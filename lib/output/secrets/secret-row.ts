import type { ClusterFile, SharedOrchestrator } from '../../fleet/cluster';
import type { Team } from '../../fleet/model';
import type { SecretStore } from '../../fleet/secrets';
import type { RequiredSecret } from './required-secret';

/** A row of the table of Secrets. */

/** A kind of Secret, and those of it that there are. */
export interface SecretRow extends Pick<RequiredSecret, 'type' | 'keys' | 'anyKey' | 'readBy' | 'use'> {
  /** As people are told: the default, with <…> for what a file says. */
  readonly name: string;
  readonly namespace: string;
  readonly needed: string;
  /** Whether apps may read it; else it is the platform's. */
  readonly isForApps?: true;
  /** Whether builds of apps are what it is for: it is the platform's to apps, and to other builds it is not. */
  readonly isForBuilds?: true;
  /** Where the pipelines of the team run. */
  readonly ofTeam?: (team: Team) => readonly Instance[];
  /** Wherever its apps are, also where no pipelines run. */
  readonly ofApps?: (team: Team) => readonly Instance[];
  readonly ofOrchestrator?: (orchestrator: SharedOrchestrator) => readonly Instance[];
  /** @param namespace of what is installed */
  readonly ofInstallation?: (file: ClusterFile, namespace: string) => readonly Instance[];
  readonly ofChains?: (file: ClusterFile) => readonly Instance[];
  /** @param file of a cluster that has a router */
  readonly ofRouter?: (file: ClusterFile) => readonly Instance[];
}

/** One of a kind; what it leaves out is as its kind says. */
export interface Instance extends Pick<RequiredSecret, 'name' | 'registries' | 'token' | 'host'> {
  readonly namespace?: string;
  readonly optional?: boolean;
  readonly keys?: readonly string[];
  /** In place of <scope>. */
  readonly scope?: string;
  /** In place of that of who has it. */
  readonly store?: { readonly instead: SecretStore | undefined };
}
