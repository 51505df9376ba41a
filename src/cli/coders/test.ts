import { checkCoder } from '../../orchestrator/preflight.ts';
import { tryCoder } from '../../orchestrator/tryCoder.ts';
import { trial } from '../trial.ts';

export default trial({
  what: 'coder',
  known: ({ config }) => config.coders,
  shown: 'steroids coders list',
  check: checkCoder,
  trying: (name) => `trying ${name} with a small task in a folder of its own …`,
  run: tryCoder,
});
