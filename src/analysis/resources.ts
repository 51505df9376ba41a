// What tests need that there is only one of: a port, a database, a folder of fixtures.

import { folderOf } from '../structure/paths.ts';
import { SURE } from '../structure/route.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';
import { calledAll, timesOf } from './meeting.ts';

type TimingRisk = NonNullable<ConflictAnalysis['timingRisks']>[number];

interface Resource {
  readonly name: string;
  readonly risk: TimingRisk['risk'];
  readonly mitigation: string;
}

const PORT = /\b(?:port|localhost|127\.0\.0\.1|0\.0\.0\.0)[ :=]{1,3}(\d{2,5})\b/gi;
const DATABASE =
  /\b(postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|elasticsearch|opensearch|rabbitmq|kafka|dynamodb|cassandra)\b/gi;
const COMPOSE = /\bdocker[ -]compose\b|\bcompose\.ya?ml\b/i;
const FIXTURES = /^(?:.*\/)?(?:fixtures?|__fixtures__|testdata|test-data|seeds?|__snapshots__)(?=\/)/;

/** @returns those that two tasks need which may run at the very same time */
export function timingRisks(question: AnalysisQuestion): TimingRisk[] {
  const times = timesOf(question);
  const needs = new Map<string, { readonly resource: Resource; readonly tasks: AnalyzedTask[] }>();
  for (const task of question.tasks)
    for (const resource of resourcesOf(task)) {
      const known = needs.get(resource.name) ?? { resource, tasks: [] };
      if (!known.tasks.includes(task)) known.tasks.push(task);
      needs.set(resource.name, known);
    }
  return [...needs.values()]
    .filter(({ tasks }) => times.meet(tasks))
    .map(({ resource: { name, risk, mitigation }, tasks }) => ({
      description: `${calledAll(tasks)} need ${name}`,
      risk,
      mitigation,
    }));
}

function resourcesOf(task: AnalyzedTask): Resource[] {
  const text = `${task.title}\n${task.spec}`;
  const ports = [...text.matchAll(PORT)].map(([, port]) => Number(port)).filter((port) => port <= 65_535);
  const databases = [...text.matchAll(DATABASE)].map(([name]) => plain(name));
  const fixtures = task.likely
    .filter(({ likelihood }) => likelihood >= SURE)
    .flatMap(({ path }) => FIXTURES.exec(`${folderOf(path)}/`) ?? []);
  return [
    ...ports.map((port) => ({
      name: `port ${port}`,
      risk: 'medium' as const,
      mitigation: 'Let tests take their port from the variable PORT, which is another one for each runner',
    })),
    ...databases.map((name) => ({
      name,
      risk: 'low' as const,
      mitigation: `Give each runner a database of its own, named after STEROIDS_RUNNER, where their tests use one ${name}`,
    })),
    ...(COMPOSE.test(text)
      ? [
          {
            name: 'services of docker compose',
            risk: 'low' as const,
            mitigation: 'Start them under a project name of the runner: COMPOSE_PROJECT_NAME',
          },
        ]
      : []),
    ...fixtures.map((folder) => ({
      name: `the test data in ${folder}/`,
      risk: 'low' as const,
      mitigation: 'Let each add files of its own there, rather than change what the other reads',
    })),
  ];
}

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/^postgres$/, 'postgresql')
    .replace(/^mongo$/, 'mongodb');
