/** A pull request that the description of another one names: `Depends-On: owner/repo#12`, or its address. */
export interface Dependency {
  readonly fullName: string;
  readonly number: number;
}

const LINE =
  /^[ \t]*Depends-On:[ \t]*(?:https?:\/\/[^\s/]+\/)?([A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100})(?:#|\/pulls?\/)([1-9][0-9]{0,5})[ \t]*\r?$/gim;
const MOST = 20;

/** The dependencies of a description: each once, in the order of the text, at most 20. */
export function dependsOn(body: string): readonly Dependency[] {
  const found = [...body.matchAll(LINE)].map(([, fullName = '', number]) => ({ fullName, number: Number(number) }));
  const once = new Map(found.map((dependency) => [dependencyKey(dependency), dependency]));
  return [...once.values()].slice(0, MOST);
}

/** Names a dependency the same way whoever writes it. */
export const dependencyKey = ({ fullName, number }: Dependency): string => `${fullName.toLowerCase()}#${number}`;
