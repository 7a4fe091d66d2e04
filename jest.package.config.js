/** `npm run test:package`: the npm package in repositories of their own. It needs a registry, or what npm has of it in its cache. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/package/**/*.test.ts'],
  testPathIgnorePatterns: [],
  // it compiles, packs and installs
  testTimeout: 600_000,
};
