import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// A real PostgreSQL for the suites that run on both engines.
const postgres = './test/postgres/global-setup.ts';
const globalSetup = existsSync(new URL(postgres, import.meta.url)) ? [postgres] : [];

export default defineConfig({
  test: {
    pool: 'forks',
    // Two, because the black-box tests start servers of their own beside the workers.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'tidy', include: ['test/tidy/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'mock-provider/**/*.test.ts'],
          globalSetup,
        },
      },
      {
        extends: true,
        test: {
          name: 'black-box',
          include: ['test/**/*.test.ts'],
          exclude: ['test/tidy/**', 'test/release/**', 'test/proxies/**'],
          globalSetup,
        },
      },
      // Needs nginx and HAProxy.
      { extends: true, test: { name: 'proxies', include: ['test/proxies/**/*.test.ts'] } },
      // Needs the release in dist/, so `npm test` builds it first.
      { extends: true, test: { name: 'release', include: ['test/release/**/*.test.ts'], testTimeout: 120_000 } },
    ],
  },
});
