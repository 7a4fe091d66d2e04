/** Constructions that make a native reader read a sentence twice. Each with what to write in place of it. */
export interface Rule {
  readonly found: RegExp;
  readonly remedy: string;
}

export const MOST_WORDS = 30;

export const RULES: readonly Rule[] = [
  {
    found: /^(?:What|Who|Which|Whose)(?:[ \u00a0]\S+){6,}(?<!\?)$/,
    remedy: 'begin with a subject that is a thing or a person, not with a question word',
  },
  {
    found: /^That (?!is\b|was\b|would|way|page|does|can|means|makes|command|file|has\b|commit)\w+.*\b(?:is|are)\b/,
    remedy: 'begin with a subject, not with a clause',
  },
  {
    found: /\b(?:what|who) (?:is|was|are|were) [\w ]{1,20} (?:is|was|are|were)\b/,
    remedy: 'name the thing instead of "what is"',
  },
  { found: /\bwhat\b[^?]*\bwhat\b(?![^?]*\?)/i, remedy: 'name the things instead of two clauses with "what"' },
  { found: /\b(?:is|are|was|were) told\b(?! (?:apart|to)\b)/, remedy: 'write "is reported", or say who tells whom' },
  { found: /, for (?:it|they|there|this|these|its) /, remedy: 'write "because"' },
  { found: /^Of (?!course\b)/, remedy: 'begin with a subject, not with "Of"' },
  { found: /;.*;/, remedy: 'make sentences of it instead of a chain of semicolons' },
  {
    found:
      /[;,] (?:the (?:rest|others?|first|second|last|latter|former|remainder)|others|those) (?:with|in|of|by|to|from|after|before|on|at|for|as) \S+(?: \S+)?(?: \S+)?$/,
    remedy: 'give the second clause a verb',
  },
  {
    found:
      /\b(?:once|twice|times|, one(?: (?:path|pattern|name|key|file|entry))?|\b\d+(?: \w+)?) an? (?:team|app|stack|cluster|run|request|repository|environment|namespace|pipeline|replica|tenant|step|line)\b/,
    remedy: 'write "per team"',
  },
  { found: /\bmend(?:s|ed|ing)?\b/i, remedy: 'write "fix"' },
  { found: /\bfor which (?:it|they) needs?\b/, remedy: 'say what it is needed for in a sentence' },
  { found: /\bno more\b(?! than\b)|\bso many times\b|\bcomes? to light\b/, remedy: 'say it plainly' },
  {
    found: /\b(?:anew|thereof|wherein|whereby|thereby|herein|beside it that|but for|save for|hitherto)\b/i,
    remedy: 'use a usual word (again, except, by which)',
  },
  {
    found: /\bholds? (?:the|each|every|both)? ?[\w ]{1,25} (?:to it|against)\b|\bheld (?:to|against)\b/,
    remedy: 'write "checks", "compares" or "enforces"',
  },
  { found: /\bcirculari|\bcircle\b/, remedy: 'the term is "cycle"' },
  {
    found: /\bwhat (?:a|the|an|each|every|no|it|is|was)\b[^?.]*\bis what\b|\b(?:is|are) who\b/,
    remedy: 'name both things',
  },
];

/** Sentences that a first-time reader did not understand. */
export const RIDDLES: readonly string[] = [
  'names of teams keep it to these',
  'for which it needs to list, no more',
  'name the teams that live there',
  'what runs may still ask of it',
  'With them, hold the API server too',
  'what a build made until it is copied',
  'What commits from inside the cluster synthesizes there',
  'Nothing is released that was merged before the first request',
  'of releases of an app, bootstraps of a stack, promotions of a team',
  'so many times that long',
];
