import { dump, load, loadAll } from 'js-yaml';
import type { Manifest } from '../../../lib/kube/manifest';
import { at } from '../../../lib/kube/manifest';

/** What Argo CD makes of the output, as far as files tell: applications, what is in them, and whether their project permits it. */

/** Text by path relative to the output's root. */
export type Files = ReadonlyMap<string, string>;

export const objectsOf = (files: Files, folder: string): Manifest[] =>
  [...files]
    .filter(([path]) => path.startsWith(folder) && path.endsWith('.yaml'))
    .flatMap(([, text]) => loadAll(text) as Manifest[]);
export const find = (files: Files, kind: string, name: string): Manifest => {
  const found = objectsOf(files, 'argocd/').find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

export interface Params {
  readonly [key: string]: unknown;
}

/** What the controller makes of an ApplicationSet: its template, each `{{ .key.inner }}` filled in; a key that is missing is an error. */
export function applications(files: Files, set: string): Manifest[] {
  const { spec } = find(files, 'ApplicationSet', set) as unknown as {
    spec: { generators: [{ git?: { files: [{ path: string }] }; list?: { elements: Params[] } }]; template: object };
  };
  const [{ git, list }] = spec.generators;
  const pattern = new RegExp(`^${git?.files[0].path.replace(/[.]/g, '\\.').replace('*', '.*')}$`);
  const found = [...files].filter(([path]) => pattern.test(`dist/${path}`));
  const params =
    list?.elements ??
    found.map(([path, text]) => ({
      ...(load(text) as Params),
      path: { filename: path.slice(path.lastIndexOf('/') + 1) },
    }));
  return params.map(
    (entry) =>
      load(
        dump(spec.template).replace(/\{\{ \.([\w.]+) \}\}/g, (_, key: string) => {
          const value = at(entry, ...key.split('.'));
          if (typeof value !== 'string') throw new Error(`missing key ${key}`);
          return value;
        }),
      ) as Manifest,
  );
}

/** Objects that an application applies: the files of its folder that its pattern takes. */
export function contents(files: Files, application: Manifest): Manifest[] {
  const { path, directory } = at(application, 'spec', 'source') as { path: string; directory: { include: string } };
  const include = new RegExp(`^${directory.include.replace('.', '\\.').replace('*', '[^/]*')}$`);
  const below = (file: string) => `dist/${file}`.slice(path.length + 1);
  return [...files]
    .filter(([file]) => `dist/${file}`.startsWith(`${path}/`) && include.test(below(file)))
    .flatMap(([, text]) => loadAll(text) as Manifest[]);
}

export const SETS = ['tekton-dag-platform', 'tekton-dag-teams', 'tekton-dag-projects', 'tekton-dag-clusters'];
export const all = (files: Files) => SETS.flatMap((set) => applications(files, set));

/** As Argo CD decides: kinds by list, namespaces by destination, what has none by name. */
export function permits(files: Files, application: Manifest, object: Manifest): boolean {
  const project = find(files, 'AppProject', String(at(application, 'spec', 'project')));
  const list = <T>(field: string) => at(project, 'spec', field) as readonly T[];
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  const glob = (pattern: string, text: unknown) =>
    new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace('*', '.*')}$`).test(String(text));
  const { namespace, name } = object.metadata;
  const field = namespace === undefined ? 'clusterResourceWhitelist' : 'namespaceResourceWhitelist';
  const kind = list<{ group: string; kind: string; name?: string }>(field).some(
    (one) => one.group === group && one.kind === object.kind && glob(one.name ?? '*', name),
  );
  if (namespace === undefined) return kind;
  return (
    kind &&
    list<{ name: string; namespace: string }>('destinations').some(
      (one) => glob(one.name, at(application, 'spec', 'destination', 'name')) && glob(one.namespace, namespace),
    )
  );
}
