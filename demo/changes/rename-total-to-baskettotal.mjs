// The first half of the change that is green alone and red on main: renames a function, everywhere it is used today.

import { commit, edit, git, untilCommitted } from '../workbench.mjs';

export default async function change() {
  const users = git('grep', '--files-with-matches', '--word-regexp', 'total', '--', 'packages').split('\n');
  for (const file of users) edit(file, /\btotal\b/g, 'basketTotal');
  commit('Rename total() to basketTotal()');
  await untilCommitted('Add a receipt to the API');
}
