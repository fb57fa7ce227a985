import { defineConfig } from 'vitest/config';

// One script, one style sheet, one icon: names by content hash, nothing inline (the page's policy forbids it).
export default defineConfig({
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: false, cssCodeSplit: false, reportCompressedSize: true },
  server: { host: '127.0.0.1' },
  test: { include: ['src/**/*.test.ts'] },
});
