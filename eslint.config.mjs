import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules/', 'build/', 'orchestrator/build/', 'coverage/', 'dist/', 'imports/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // a regular expression that meets input takes time in proportion to it
    files: ['lib/**/*.ts', 'orchestrator/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { ignoreSticky: false }],
    },
  },
  {
    files: ['test/**/*.test.ts'],
    rules: {
      // `describe.skip` may be chosen where a program is missing; outside CI alone, which suiteWith sees to
      'no-restricted-syntax': [
        'error',
        ...[
          "MemberExpression[object.name=/^(it|test|describe)$/][property.name='only']",
          'CallExpression[callee.object.name=/^(it|test|describe)$/][callee.property.name=/^(skip|todo)$/]',
          "CallExpression[callee.property.name='each'][callee.object.property.name=/^(skip|todo)$/]",
          'CallExpression[callee.name=/^(fit|xit|fdescribe|xdescribe|xtest)$/]',
        ].map((selector) => ({ selector, message: 'a focused test, or one that is switched off' })),
      ],
    },
  },
  {
    files: ['test/e2e/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'setTimeout', message: 'wait for a condition: support/until.ts' }],
      'no-restricted-imports': [
        'error',
        { name: 'node:timers/promises', message: 'wait for a condition: support/until.ts' },
      ],
    },
  },
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
