import { addressOf } from '../words/git-address';
import type { Team } from './model';

/** Whether git reaches an address by ssh, and so by a key. By https it takes a token. */
export const isBySsh = (url: string): boolean => addressOf(url)?.bySsh === true;

/** The addresses that a team clones from: of its apps, and of the platform repository. */
export function clones({ stacks, platform }: Pick<Team, 'stacks' | 'platform'>): readonly string[] {
  const urls = stacks.flatMap(({ apps }) => apps.map(({ cloneUrl }) => cloneUrl));
  return [...new Set([...urls, ...(platform.repoURL === undefined ? [] : [platform.repoURL])])];
}
