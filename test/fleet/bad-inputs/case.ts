/** A bad input, and all that a person is told of it. */
export type Case = readonly [what: string, text: string, told: readonly string[]];
