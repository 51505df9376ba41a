import { type Survey, surveyUninstall, uninstall } from '../orchestrator/uninstall.ts';
import { shortSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { type Context, command } from './command.ts';
import { count } from './words.ts';

export default command(
  (yargs) =>
    yargs
      .option('yes', { type: 'boolean', default: false, alias: 'y', describe: 'Do not ask' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Only show what would go' })
      .epilogue(
        'Branches and archived commits that are not on main stay. So do .steroids/config.yaml and what has landed.',
      ),
  async (args, context) => {
    const project = await context.project();
    const survey = await surveyUninstall(project);
    const shown = text(survey, context);
    const data = document(survey);
    if (args['dry-run']) return { data: { ...data, done: false }, text: shown };
    if (!args.yes) {
      context.narrate(shown);
      const answer = await context.confirm('Take steroids out of this repository?');
      if (answer === undefined)
        throw new Problem(
          'user',
          'not-confirmed',
          'nobody can be asked here, so nothing was changed',
          'steroids uninstall --yes',
        );
      if (!answer) return { data: { ...data, done: false }, text: 'Nothing was changed.' };
    }
    const { branchesLeft } = await uninstall(project, survey);
    const left = [
      ...branchesLeft.map(
        ({ name, onMain }) =>
          `  ${name}: ${onMain ? 'checked out' : `not on ${project.main}`}, left in place`,
      ),
      ...survey.archived.map((ref) => `  ${ref.name}: archived commits, left in place`),
    ];
    return {
      data: { ...data, done: true, branchesLeft: branchesLeft.map(({ name }) => name) },
      text: ['steroids is out of this repository.', ...left].join('\n'),
    };
  },
);

function goingRefs({ refs, archived }: Survey) {
  const kept = new Set(archived.map((ref) => ref.name));
  return refs.filter((ref) => !kept.has(ref.name));
}

function document(survey: Survey) {
  return {
    worktrees: survey.slots.map((slot) => slot.path),
    refs: goingRefs(survey).map((ref) => ref.name),
    branches: survey.branches,
    archived: survey.archived.map((ref) => ref.name),
    openTasks: survey.openTasks,
    store: survey.store,
  };
}

function text(survey: Survey, { style }: Context): string {
  const going = goingRefs(survey);
  const lines = [
    'This goes:',
    `  the store with all tasks and their history (${survey.store})`,
    ...survey.slots.map((slot) => `  the worktree ${slot.path}`),
    `  ${count(going.length, 'ref')} under refs/steroids/`,
    ...survey.branches.filter((branch) => branch.onMain).map((branch) => `  the branch ${branch.name}`),
  ];
  const stays = [
    ...survey.branches
      .filter((branch) => !branch.onMain)
      .map((branch) => `  the branch ${branch.name} (${shortSha(branch.sha)})`),
    ...survey.archived.map((ref) => `  ${ref.name} (${shortSha(ref.sha)})`),
  ];
  if (stays.length > 0) lines.push('', 'This is not on main, and stays:', ...stays);
  if (survey.openTasks > 0)
    lines.push('', style.yellow(`${count(survey.openTasks, 'task is', 'tasks are')} not done yet.`));
  return lines.join('\n');
}
