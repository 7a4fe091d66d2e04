/** Packages that are published as ES modules alone. */
const MODULES =
  '(?:@marcbachmann|@octokit|before-after-hook|content-type|cookie|jose|oauth4webapi|oidc-provider|openid-client|universal-(?:github-app-jwt|user-agent))';

/** `npm test` needs only the clone and npm; test/cluster needs an API server (`npm run test:cluster`). */
module.exports = {
  testEnvironment: 'node',
  transform: {
    [`\\.ts$|/node_modules/${MODULES}/.*\\.js$`]: [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!${MODULES}/)`],
  moduleNameMapper: {
    '^tekton-dag/testing$': '<rootDir>/lib/cli/testing.ts',
    '^tekton-dag$': '<rootDir>/lib/index.ts',
    '^@octokit/webhooks-methods$': '<rootDir>/node_modules/@octokit/webhooks-methods/dist-node/index.js',
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // a machine that is busy with other things is no failure
  testTimeout: 60_000,
  testPathIgnorePatterns: ['<rootDir>/test/cluster/', '<rootDir>/test/e2e/', '<rootDir>/test/package/'],
};
