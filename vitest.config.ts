import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@docclf/source'] },
  ssr: { resolve: { conditions: ['@docclf/source', 'node', 'import', 'default'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    testTimeout: 30_000,
  },
});
