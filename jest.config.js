/** `npm test` needs only the clone and npm; test/cluster needs an API server (`npm run test:cluster`). */
module.exports = {
  testEnvironment: 'node',
  // some packages are published as ES modules alone
  transform: { '\\.ts$|/node_modules/(?:@octokit|cookie)/.*\\.js$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  transformIgnorePatterns: ['/node_modules/(?!@octokit/|cookie/)'],
  moduleNameMapper: { '^@octokit/webhooks-methods$': '<rootDir>/node_modules/@octokit/webhooks-methods/dist-node/index.js' },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // a machine that is busy with other things is no failure
  testTimeout: 60_000,
  testPathIgnorePatterns: ['<rootDir>/test/cluster/', '<rootDir>/test/e2e/'],
};
