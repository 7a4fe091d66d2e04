/** `npm test` needs only the clone and npm; test/cluster needs an API server (`npm run test:cluster`). */
module.exports = {
  testEnvironment: 'node',
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // a machine that is busy with other things is no failure
  testTimeout: 60_000,
  testPathIgnorePatterns: ['<rootDir>/test/cluster/', '<rootDir>/test/e2e/'],
};
