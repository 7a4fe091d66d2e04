/** `npm run test:cluster`: one file after another, against the API server of KUBECONFIG. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testPathIgnorePatterns: [],
  globalSetup: '<rootDir>/test/cluster/setup.ts',
  testSequencer: '<rootDir>/test/cluster/by-name.js',
  maxWorkers: 1,
  testTimeout: 120_000,
};
