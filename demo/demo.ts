// The demo: a real monorepo, ten tasks, three coders at once, and what came of it. `npm run demo` starts it.

import { addTasks } from './add.ts';
import { check } from './check.ts';
import { buildMonorepo } from './monorepo.ts';
import { runCoders } from './run.ts';
import { heading, tell, tellFailure } from './tell.ts';

const startedAt = Date.now();

heading('A monorepo: three packages with tests, three authors');
const repository = buildMonorepo();
console.log(repository);

heading('Ten tasks');
const ids = addTasks(repository);

heading('Three coders at once');
const exitCode = await runCoders(repository);

const found = check(repository, ids, exitCode);
if (found.problems.length > 0) {
  tellFailure(repository, found.problems);
  process.exitCode = 1;
} else {
  tell(repository, found.tasks, Date.now() - startedAt);
}
