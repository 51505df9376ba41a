import { read, write } from '../workbench.mjs';

export default function change() {
  write(
    'README.md',
    `${read('README.md')}\n\`npm ci\` sets everything up, and \`npm test\` runs all tests.\n`,
  );
}
