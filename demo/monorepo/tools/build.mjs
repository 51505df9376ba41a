// Builds every package: its modules go to dist/, beside an index that exports what all of them export.
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const packages = path.join(import.meta.dirname, '..', 'packages');

for (const name of readdirSync(packages)) {
  const source = path.join(packages, name, 'src');
  const target = path.join(packages, name, 'dist');
  rmSync(target, { recursive: true, force: true });
  cpSync(source, target, { recursive: true });
  const index = readdirSync(source).map((file) => `export * from './${file}';\n`);
  writeFileSync(path.join(target, 'index.js'), index.join(''));
}
