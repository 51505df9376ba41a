// The user's git configuration, as odd as it gets. Settings that cannot influence each other are put together: each of
// these decides something else, and the whole group fails when one of them is taken for what it says.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Hostile, playAll, type Scene } from '../support/hostile.ts';
import { projectAt } from '../support/project.ts';
import { sample } from '../support/sample.ts';

const ours = { commit: () => '', subjects: ['left', 'right'] } as const;

/** In another encoding, by the left coder; the right one says that its message is in UTF-8. */
const encoded = (message: string, side: 'left' | 'right') =>
  side === 'left'
    ? `git add -A && printf '%s' '${message}' | iconv -t ISO-8859-1 | git commit -q --no-gpg-sign -F - || exit 8\n`
    : `git add -A && git -c i18n.commitEncoding=UTF-8 commit -q --no-gpg-sign -m '${message}' || exit 8\n`;

const HOOKS =
  `pre-commit prepare-commit-msg commit-msg post-commit post-checkout post-merge post-rewrite pre-rebase
pre-push pre-auto-gc reference-transaction post-index-change`.split(/\s+/);

const hooks = ({ project, program }: Scene, folder: string, does: string) => {
  for (const name of HOOKS) program(path.join(path.relative(project.outside, folder), name), does);
};

const MATRIX: Record<string, Hostile> = {
  'how branches are moved and merged': {
    config: [
      ...[
        'rebase.updateRefs true',
        'rebase.autosquash true',
        'rebase.autostash true',
        'rebase.backend apply',
      ],
      ...['merge.ff false', 'merge.conflictStyle zdiff3', 'merge.renames false', 'merge.autostash true'],
      ...[
        'merge.verifySignatures true',
        'merge.default ours',
        'rerere.enabled true',
        'rerere.autoUpdate true',
      ],
      ...['pull.rebase true', 'pull.ff only', 'init.defaultBranch trunk', 'branch.autoSetupMerge always'],
      ...['branch.autoSetupRebase always', 'checkout.guess false', 'checkout.defaultRemote nowhere'],
      ...['worktree.guessRemote true', 'submodule.recurse true', 'submodule.propagateBranches true'],
      ...['safe.bareRepository explicit', 'core.attributesFile /nowhere', 'core.excludesFile /nowhere'],
      ...['core.logAllRefUpdates false', 'core.warnAmbiguousRefs true', 'core.notesRef refs/notes/x'],
      ...['transfer.fsckObjects true', 'transfer.hideRefs refs/steroids', 'protocol.allow never'],
      ...['receive.denyCurrentBranch refuse', 'receive.denyDeletes true', 'add.ignoreErrors true'],
      ...[
        'clean.requireForce true',
        'help.autocorrect 1',
        'trace2.normalTarget 1',
        'core.sharedRepository group',
      ],
    ],
  },
  'how git shows things': {
    config: [
      ...[
        'status.showUntrackedFiles no',
        'status.relativePaths true',
        'status.short true',
        'status.branch true',
      ],
      ...[
        'status.renames copies',
        'status.submoduleSummary true',
        'log.showSignature true',
        'log.date relative',
      ],
      ...[
        'log.decorate full',
        'log.follow true',
        'log.mailmap false',
        'log.abbrevCommit true',
        'log.showRoot false',
      ],
      ...['log.diffMerges remerge', 'format.pretty oneline', 'core.quotePath true', 'core.abbrev 4'],
      ...[
        'color.ui always',
        'color.diff always',
        'color.status always',
        'column.ui always',
        'diff.noprefix true',
      ],
      ...['diff.mnemonicPrefix true', 'diff.relative true', 'diff.renames copies', 'diff.submodule log'],
      ...[
        'diff.ignoreSubmodules all',
        'diff.algorithm histogram',
        'diff.context 0',
        'diff.interHunkContext 9',
      ],
      ...['diff.wsErrorHighlight all', 'diff.colorMoved zebra', 'diff.suppressBlankEmpty true'],
      ...['diff.dirstat lines', 'diff.statGraphWidth 1', 'core.bigFileThreshold 1', 'grep.lineNumber true'],
      ...['i18n.logOutputEncoding UTF-16', 'core.whitespace tab-in-indent', 'apply.whitespace error'],
      ...['tag.sort -refname', 'branch.sort -committerdate', 'advice.statusHints true'],
    ],
  },
  'what a commit looks like, where we make it; line ends that must not change': {
    ...ours,
    config: [
      ...['commit.verbose true', 'commit.template /nowhere', 'commit.cleanup scissors', 'commit.status true'],
      ...['core.commentChar l', 'i18n.commitEncoding ISO-8859-1', 'trailer.sign.key Signed'],
      ...['trailer.sign.ifmissing add', 'trailer.sign.command echo me', 'commit.gpgSign true'],
      ...[
        'user.signingKey 0000BROKEN',
        'gpg.program /nowhere/gpg',
        'core.editor false',
        'sequence.editor false',
      ],
      ...['core.safecrlf true', 'core.autocrlf true', 'core.eol crlf'],
    ],
  },
  'a key that is broken, and a commit in another encoding': {
    commit: encoded,
    config: [
      ...['commit.gpgSign true', 'tag.gpgSign true', 'tag.forceSignAnnotated true', 'push.gpgSign true'],
      ...['user.signingKey 0000BROKEN', 'gpg.program /nowhere/gpg', 'gpg.format ssh'],
      'i18n.commitEncoding ISO-8859-1',
    ],
  },
  'line ends that git takes away': { config: ['core.autocrlf input', 'core.safecrlf warn'] },
  'how files and the index are kept': {
    project: { files: { 'Readme.Case': 'c\n' } },
    left: 'git mv Readme.Case README.case',
    paths: ['README.case'],
    config: [
      ...['core.ignoreCase true', 'core.ignoreStat true', 'core.checkStat minimal', 'core.trustctime false'],
      ...[
        'core.fileMode false',
        'core.precomposeUnicode true',
        'core.protectHFS true',
        'core.protectNTFS true',
      ],
      ...['feature.manyFiles true', 'index.version 4', 'index.skipHash true', 'index.threads 4'],
      ...['core.untrackedCache true', 'core.preloadIndex true', 'core.splitIndex true'],
      ...['splitIndex.maxPercentChange 0', 'splitIndex.sharedIndexExpire now', 'core.fsync none'],
      ...['core.createObject link', 'core.compression 9', 'core.looseCompression 0', 'checkout.workers 3'],
    ],
  },
  'gc that keeps nothing': {
    left: 'git gc -q --prune=now',
    solve: `grep -q '^<<<<<<< ' shared.txt || exit 7
git gc -q --prune=now; echo left and right > shared.txt\n`,
    config: [
      ...['gc.auto 1', 'gc.autoDetach false', 'gc.autoPackLimit 1', 'gc.reflogExpire now'],
      ...['gc.reflogExpireUnreachable now', 'gc.pruneExpire now', 'gc.worktreePruneExpire now'],
      ...['maintenance.auto true', 'core.logAllRefUpdates false', 'fetch.writeCommitGraph true'],
    ],
  },
  'programs that git would run': {
    project: { files: { '.gitattributes': '*.txt diff=odd merge=odd\n' } },
    config: ({ program }) => [
      ...['merge-tree', 'rev-parse', 'status', 'diff', 'log', 'commit', 'update-ref'].map(
        (name) => `alias.${name} !${program(`alias-${name}`)}`,
      ),
      `diff.external ${program('external-diff')}`,
      `diff.odd.textconv ${program('textconv')}`,
      `diff.odd.command ${program('diff-command')}`,
      `merge.odd.driver ${program('merge-driver')}`,
      ...['core', 'diff', 'log', 'status'].map(
        (part) => `${part === 'core' ? 'core.pager' : `pager.${part}`} ${program(`pager-${part}`)}`,
      ),
      `core.editor ${program('editor')}`,
      `sequence.editor ${program('sequence-editor')}`,
      `core.fsmonitor ${program('fsmonitor')}`,
      `core.askPass ${program('askpass')}`,
      `core.alternateRefsCommand ${program('alternate-refs')}`,
      `interactive.diffFilter ${program('diff-filter')}`,
      `trailer.odd.command ${program('trailer')}`,
      `credential.helper !${program('credentials')}`,
    ],
  },
  'hooks that fail, by an absolute path': {
    ...ours,
    arrange: (scene) => hooks(scene, path.join(scene.base, 'hooks'), 'exit 1'),
    config: ({ base }) => [`core.hooksPath ${path.join(base, 'hooks')}`],
  },
  'hooks by a path in the checkout: a coder’s own commits run them, nothing else does': {
    arrange: (scene) => {
      hooks(scene, path.join(scene.project.folder, '.husky'), 'exit 0');
      writeFileSync(path.join(scene.project.folder, '.husky/.gitignore'), '*\n');
    },
    config: ['core.hooksPath .husky'],
    after: ({ noted }) => {
      const ran = noted('coders').map((name) => path.basename(name));
      expect(ran).toEqual(expect.arrayContaining(['pre-commit', 'commit-msg', 'post-commit']));
    },
  },
  'how others are reached': {
    merge: { remote: 'origin' },
    arrange: ({ project, base }) => {
      const hub = path.join(base, 'hub.git');
      project.git('clone', '--quiet', '--bare', '.', hub);
      project.git('remote', 'add', 'origin', hub);
    },
    config: [
      ...[
        'push.default nothing',
        'push.gpgSign true',
        'push.followTags true',
        'push.recurseSubmodules check',
      ],
      ...['push.useForceIfIncludes true', 'push.autoSetupRemote true', 'remote.pushDefault nowhere'],
      ...['fetch.prune true', 'fetch.pruneTags true', 'fetch.recurseSubmodules true', 'fetch.parallel 4'],
      ...['fetch.writeCommitGraph true', 'fetch.output compact', 'fetch.showForcedUpdates false'],
      ...[
        'transfer.fsckObjects true',
        'protocol.version 0',
        'fetch.unpackLimit 1',
        'remotes.default nowhere',
      ],
    ],
    after: ({ project, base, git }) => {
      const hub = projectAt(path.join(base, 'hub.git'), project.outside, project.environment);
      expect(hub.git('rev-parse', 'main')).toBe(git('rev-parse', 'main'));
    },
  },
};

test.each(sample(Object.entries(MATRIX), 4))('%s', async (_, hostile) => {
  await playAll(hostile);
});
