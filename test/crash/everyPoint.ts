// npm run test:failpoints: kills the scenario at every point there is, two at a time, and stalls it where a zombie could do
// harm; prints the count. An argument limits it to the points that contain it.

import { describeKill, killAt, kills, listPoints, stallAt, stalls } from './kill.ts';

const only = process.argv[2];
const points = await listPoints();
const all = [...kills(points), ...stalls(points)].filter(
  (armed) => only === undefined || armed.point.includes(only),
);
console.log(`${points.size} failpoints, ${all.length} kills and stalls`);
let done = 0;
let survived = 0;
const wrong: string[] = [];
const missed: string[] = [];
const rest = [...all];

async function work(): Promise<void> {
  for (let armed = rest.shift(); armed; armed = rest.shift()) {
    const killed = armed.how === 'stop' ? await stallAt(armed) : await killAt(armed);
    done++;
    if (!killed.reached) missed.push(describeKill(armed));
    else if (killed.violations.length === 0) survived++;
    if (killed.violations.length > 0) {
      wrong.push(describeKill(armed));
      console.log(`VIOLATED when killed ${describeKill(armed)}:`);
      for (const sentence of killed.violations) console.log(`  ${sentence}`);
    }
    if (done % 25 === 0) console.log(`${done} of ${all.length}`);
  }
}

await Promise.all([work(), work()]);
console.log(
  `${survived} kills survived, ${missed.length} points not reached this time, ${wrong.length} violations`,
);
for (const kill of missed) console.log(`  not reached: ${kill}`);
for (const kill of wrong) console.log(`  violated: ${kill}`);
if (wrong.length > 0) process.exitCode = 1;
