/** The text with the team's name changed; undefined if it is not said there in so many words. */
export function replaceName(text: string, from: string, to: string): string | undefined {
  const name = new RegExp(`^(\\s*name:\\s*)(['"]?)${from}\\2(?=\\s*(?:,|#|//|$))`, 'm');
  const inline = new RegExp(`(\\{\\s*name:\\s*)(['"])${from}\\2`);
  const found = [name, inline].find((regex) => regex.test(text));
  return found && text.replace(found, `$1$2${to}$2`);
}
