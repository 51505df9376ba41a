import { checkReviewer } from '../../orchestrator/preflight.ts';
import { tryReviewer } from '../../orchestrator/tryReviewer.ts';
import { trial } from '../trial.ts';

export default trial({
  what: 'reviewer',
  known: ({ config }) => config.reviewers,
  shown: 'steroids review reviewers',
  check: checkReviewer,
  trying: (name) => `asking ${name} about a small change that lands nowhere …`,
  run: tryReviewer,
});
