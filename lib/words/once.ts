/**
 * Works out what belongs to a text once, since 50 teams hold few different texts. It keeps every text that it was asked for: it
 * is for programs that end, and not for texts that others send.
 */
export function once<Made>(make: (text: string) => Made): (text: string) => Made {
  const made = new Map<string, Made>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const fresh = make(text);
    made.set(text, fresh);
    return fresh;
  };
}
