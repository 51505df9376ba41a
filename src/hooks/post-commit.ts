// The hooks that a coder's git runs: plain shell, no Node. `post-commit` appends the new commit's name to a spool; every
// other one only hands on to the hook that the user has.

const POST_COMMIT = `#!/bin/sh
# Written by steroids. Tells it of a commit, at the cost of reading two small files; it never fails the commit.
if [ -n "$STEROIDS_SPOOL" ]; then
  dir=\${GIT_DIR:-.git}
  common=$dir
  if [ -f "$dir/commondir" ]; then
    read -r common < "$dir/commondir"
    case $common in /*) ;; *) common=$dir/$common ;; esac
  fi
  read -r head < "$dir/HEAD"
  case $head in
    'ref: '*)
      ref=\${head#ref: }
      head=
      [ -f "$common/$ref" ] && read -r head < "$common/$ref"
      ;;
  esac
  [ -n "$head" ] || head=$(git rev-parse HEAD)
  echo "$head" >> "$STEROIDS_SPOOL"
fi 2>/dev/null
`;

const HAND_ON = (name: string) => `if [ -x "$STEROIDS_USER_HOOKS/${name}" ]; then
  exec "$STEROIDS_USER_HOOKS/${name}" "$@"
fi
exit 0
`;

/** The text of our hook of that name. */
export function hookScript(name: string): string {
  return name === 'post-commit'
    ? POST_COMMIT + HAND_ON(name)
    : `#!/bin/sh\n# Written by steroids.\n${HAND_ON(name)}`;
}
