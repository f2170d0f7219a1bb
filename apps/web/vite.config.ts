import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig, type PluginOption } from 'vite';
import { shellFiles } from './build/shell-files.js';

/** Where `npm run dev` finds a running product's API. */
const API_ADDRESS = process.env.TIANYAN_URL ?? 'http://127.0.0.1:8080';

export default defineConfig(async ({ mode }) => ({
  root: import.meta.dirname,
  plugins: [react(), shellFiles(), mode === 'fixtures' ? await fixtures() : undefined],
  // Workspaces are read from their sources, as everywhere else in the repository.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
  server: { host: '127.0.0.1', port: 5173, proxy: mode === 'fixtures' ? {} : { '/api': { target: API_ADDRESS } } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // Its addresses are counted from its own, and a text within the page has none.
    assetsInlineLimit: (path: string) => (path.endsWith('.webmanifest') ? false : undefined),
    // The charts are the largest piece and load after the page; a warning at 500 kB would always be there.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { index: join(import.meta.dirname, 'index.html'), sw: join(import.meta.dirname, 'src/worker/shell-worker.ts') },
      output: {
        // The worker stands at the root, whose pages it opens, and always under one name.
        entryFileNames: ({ name }: { name: string }) => (name === 'sw' ? '[name].js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/, priority: 3 },
            { name: 'data', test: /node_modules[\\/](@tanstack|zod)[\\/]/, priority: 2 },
          ],
        },
      },
    },
  },
}));

/** Answers of the development fixtures instead of a running product. Loaded on demand: never part of a build. */
async function fixtures(): Promise<PluginOption> {
  const { fixtureApi } = await import('./dev/fixture-api.js');
  return fixtureApi();
}
