const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/tests/servers/globalSetup.ts',
  globalTeardown: '<rootDir>/tests/servers/globalTeardown.ts',
  transform: {
    '^.+\\.(ts|js)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // jose ships ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  testTimeout: 20_000,
  // Most of the time goes by waiting for servers, streams and browsers: two cores bear two suites at once.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
