// For `--require`: a thread that begins to load a native module says so before it does.
const { appendFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (!isMainThread) {
  const dlopen = process.dlopen;
  process.dlopen = (...args) => {
    appendFileSync(process.env.THREAD_LOADS, '.');
    return Reflect.apply(dlopen, process, args);
  };
}
