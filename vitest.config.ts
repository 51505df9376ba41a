import { defineConfig } from 'vitest/config';
import { sample } from './test/support/sample.ts';

/**
 * Whole journeys with kills, hostile coders and broken repositories: together they take longer than somebody waits for a
 * change. `npm test` runs two of them, others each time; `npm run test:all` runs all.
 */
const JOURNEYS = [
  'crash/fileLocks',
  'crash/lockfile',
  'crash/takeover',
  'flow/affected',
  'flow/agentReviewers',
  'flow/archive',
  'flow/badAgents',
  'flow/budgets',
  'flow/careless',
  'flow/conflicts',
  'flow/disk',
  'flow/disputedZones',
  'flow/doctor',
  'flow/fileLocks',
  'flow/gc',
  'flow/hostileConfig',
  'flow/hostileEnvironment',
  'flow/hostileFiles',
  'flow/hostileModules',
  'flow/hostilePlace',
  'flow/hostileRefusals',
  'flow/judgedAgain',
  'flow/lockfile',
  'flow/lockfileAlone',
  'flow/locks',
  'flow/migrations',
  'flow/modelReviewers',
  'flow/processTrees',
  'flow/recover',
  'flow/routing',
  'flow/routingModel',
  'flow/runnersAnalyze',
  'flow/runnersProceed',
  'flow/sandbox',
  'flow/scheduling',
  'flow/setup',
  'flow/slots',
  'flow/startAdvice',
  'flow/structure',
  'flow/takeover',
  'flow/usage',
  'flow/verification',
  'flow/zoneReviewers',
  'flow/zonesDeclared',
  'flow/zonesOutside',
];

const named = process.argv.slice(3).some((word) => !word.startsWith('-'));
const run = named ? JOURNEYS : sample(JOURNEYS, 2);
const left = JOURNEYS.filter((journey) => !run.includes(journey));

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: left.map((journey) => `test/${journey}.test.ts`),
    globalSetup: 'test/support/testRun.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
