/** `npm run test:e2e`: one file after another, against a cluster with Tekton. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['<rootDir>/test/e2e/apps/'],
  setupFilesAfterEnv: ['<rootDir>/test/e2e/support/end-of-story.ts'],
  testSequencer: '<rootDir>/test/cluster/by-name.js',
  maxWorkers: 1,
  testTimeout: 30 * 60_000,
};
