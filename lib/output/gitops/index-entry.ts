import { toGeneratedJson } from '../../words/generated';
import { isMapping } from '../../words/mapping';
import { teamApplication } from '../../words/names';
import type { Location, TeamOnCluster, TextPart } from '../layout';
import { mainNamespace } from '../team/namespace';
import { folderOf, inOutput, inRepository, indexFile } from '../layout';

/**
 * The parameters of a team's applications on one cluster. Keys are flat, and none is one that a generator sets by itself
 * (`path`, `name`, `server`, `project`): two generators that give a key two values fail.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/#git-generator-files
 */
interface IndexEntry {
  readonly team: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly application: string;
  readonly folder: string;
}

/** What the templates of the ApplicationSets may name. */
export type IndexKey = keyof IndexEntry;

/** The file by which the ApplicationSets find a team on one of its clusters. */
export function indexPart({ team, folder, isHome }: TeamOnCluster): TextPart {
  const entry: IndexEntry = {
    team: team.name,
    cluster: team.cluster,
    namespace: mainNamespace(team),
    application: teamApplication(team.name, isHome ? undefined : team.cluster),
    folder: inRepository(folder),
  };
  return {
    folder: folderOf('index', {}),
    file: indexFile(team.name, isHome ? undefined : team.cluster),
    owner: 'platform',
    team: team.name,
    text: toGeneratedJson(entry),
  };
}

/** What an index file of some output says of a team: on which cluster it is, and which folder has its objects there. */
export interface IndexedTeam {
  readonly team: string;
  readonly cluster: string;
  /** Relative to the output's root. */
  readonly folder: string;
  readonly isHome: boolean;
}

/** Reads an index file; undefined where it is none, or says less than it should. */
export function readIndex({ kind, file }: Location, text: string): IndexedTeam | undefined {
  if (kind !== 'index') return undefined;
  const value: unknown = JSON.parse(text);
  const { team, cluster, folder } = isMapping(value) ? value : {};
  if (typeof team !== 'string' || typeof cluster !== 'string' || typeof folder !== 'string') return undefined;
  return { team, cluster, folder: inOutput(folder), isHome: file === indexFile(team) };
}
