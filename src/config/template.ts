/** What `steroids init` writes. */
export function configTemplate(options: { readonly main: string; readonly hasTests: boolean }): string {
  return `# steroids: several coders at once, and main stays green.
# What gates (reviewer, verification, limits) is read from this file on "${options.main}", so commit your changes to it.
version: 1

# The branch that tasks land on.
main: ${JSON.stringify(options.main)}

# A coder is any command. It runs in the task's worktree, reads its brief on standard input, and sees STEROIDS_TASK_ID,
# STEROIDS_TASK_TITLE and more in its environment. What it leaves uncommitted is committed for it when it exits with 0.
# A list runs without a shell, a string in one.
coder: default
coders:
  default:
    command: [sh, ./code.sh]
    timeLimit: 30m

# none, human (\`steroids review approve|reject\`), or one or several of the reviewers below: a command that reads the
# dossier on standard input and prints {"decision": "approve" | "reject" | "dispute", "reason": "…"}, an agent (claude, codex, …), or a model.
# It runs in a checkout of main.
reviewer: none
# reviewers:
#   strict: { command: [node, review.mjs], timeLimit: 10m }
#   claude: { anthropic: { model: MODEL, key: ANTHROPIC_API_KEY } }
#   smart: { agent: claude, model: MODEL }

# Run in each new worktree, and again when its lockfile has changed. Left out: the frozen install of the package
# manager that is found (npm ci, pnpm install --frozen-lockfile, …).
# worktrees:
#   setup: [npm ci]

# A candidate is main with one task on top. It lands only when all of these exit with 0 on that very commit.
merge:
  verify: ${options.hasTests ? '[npm test]' : '[]        # [npm test]'}

# How often a task may be rejected, conflict, break the verification, change nothing or fail, each counted by itself,
# before it waits for a person.
limits:
  attempts: 3
`;
}
