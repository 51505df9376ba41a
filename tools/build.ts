// Bundles src/ into dist/: a start of the command line then reads a handful of files instead of some six hundred.
import { renameSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

// Built beside it and put in its place at the end: a build that fails leaves what works.
const fresh = 'dist.new';
rmSync(fresh, { recursive: true, force: true });
await build({
  // The second is a thread's: it is started by its file.
  entryPoints: ['src/main.ts', 'src/store/heartbeatWorker.ts'],
  outbase: 'src',
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  external: ['better-sqlite3'],
  alias: { 'string-width': './tools/lazy/string-width.cjs', 'wrap-ansi': './tools/lazy/wrap-ansi.cjs' },
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  sourcemap: true,
  minifySyntax: true,
  logLevel: 'warning',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
rmSync('dist', { recursive: true, force: true });
renameSync(fresh, 'dist');
