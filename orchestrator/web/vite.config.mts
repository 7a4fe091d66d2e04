import { defineConfig } from 'vite';

/** `npm run page -w orchestrator`: the page as files, which the orchestrator serves below this path. https://vite.dev/config/ */
export default defineConfig({
  base: '/ui/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: '../build/page', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: false },
});
