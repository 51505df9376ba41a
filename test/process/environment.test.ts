import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, withoutSecrets } from '../../src/process/environment.ts';

describe('cleanEnvironment', () => {
  test('keeps what is the person’s', () => {
    const environment = {
      HOME: '/home/ada',
      PATH: '/usr/bin',
      LANG: 'C.UTF-8',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_SSH_COMMAND: 'ssh -i key',
      NODE_OPTIONS: '--max-old-space-size=4096',
      GITHUB_TOKEN: 'secret',
      EMPTY: '',
    };
    expect(cleanEnvironment({ ...environment, MISSING: undefined })).toEqual(environment);
  });

  test('drops every variable that git itself calls local', () => {
    const local = execFileSync('git', ['rev-parse', '--local-env-vars'], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(local).toContain('GIT_DIR');
    const environment = Object.fromEntries(local.map((name) => [name, 'x']));
    expect(cleanEnvironment(environment)).toEqual({});
  });

  test.each([
    'GIT_CONFIG_KEY_0',
    'GIT_CONFIG_VALUE_12',
    'GIT_EXTERNAL_DIFF',
    'npm_config_registry',
    'npm_lifecycle_event',
    'NPM_CONFIG_USERCONFIG',
    'INIT_CWD',
    'NODE',
    'NODE_COMPILE_CACHE',
    'PORT',
    'STEROIDS_TASK_ID',
    '_',
  ])('drops %s', (name) => {
    expect(cleanEnvironment({ [name]: 'x', HOME: '/' })).toEqual({ HOME: '/' });
  });

  describe('of `npm run`', () => {
    const inNpm = (path: string) => cleanEnvironment({ PATH: path, npm_lifecycle_event: 'test' }).PATH;

    test('drops the folders that it put first', () => {
      expect(inNpm('/a/b/node_modules/.bin:/a/node_modules/.bin:/x/node-gyp-bin:/usr/bin:/bin')).toBe(
        '/usr/bin:/bin',
      );
    });

    test('keeps such a folder where the person has it', () => {
      expect(inNpm('/a/node_modules/.bin:/usr/bin:/home/ada/node_modules/.bin')).toBe(
        '/usr/bin:/home/ada/node_modules/.bin',
      );
      expect(cleanEnvironment({ PATH: '/a/node_modules/.bin:/usr/bin' }).PATH).toBe(
        '/a/node_modules/.bin:/usr/bin',
      );
    });

    test('never leaves an empty PATH, which would be the current folder', () => {
      expect(inNpm('/a/node_modules/.bin')).toBe('/a/node_modules/.bin');
    });
  });
});

describe('withoutSecrets', () => {
  test.each([
    'GITHUB_TOKEN',
    'NPM_TOKEN',
    'TOKEN',
    'ANTHROPIC_API_KEY',
    'OPENAI_APIKEY',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'DB_PASSWORD',
    'PGPASSWORD',
    'STRIPE_SECRET_KEY',
    'SESSION_SECRET',
    'SSH_PRIVATE_KEY',
    'GOOGLE_CREDENTIALS',
    'BASIC_AUTH',
    'db_password',
  ])('drops %s', (name) => {
    expect(withoutSecrets({ [name]: 'x', HOME: '/' }, [])).toEqual({ HOME: '/' });
  });

  test.each([
    'SSH_AUTH_SOCK',
    'TOKENIZERS_PARALLELISM',
    'KEYBOARD',
    'AUTHOR',
    'PATH',
    'GIT_AUTHOR_NAME',
    'MONKEY',
  ])('keeps %s', (name) => {
    expect(withoutSecrets({ [name]: 'x' }, [])).toEqual({ [name]: 'x' });
  });

  test('keeps what is named', () => {
    expect(withoutSecrets({ NPM_TOKEN: 'a', GITHUB_TOKEN: 'b' }, ['NPM_TOKEN'])).toEqual({ NPM_TOKEN: 'a' });
  });
});
