/** Why the network brought nothing: fetch tells it in the cause of its error; where several addresses were tried, as a code alone. */
export function networkReason(error: Error): string {
  const { message, code } = (error.cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return message || code || error.message;
}
