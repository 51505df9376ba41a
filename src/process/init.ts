// The first process of a process namespace. The kernel sends it no signal that it does not handle, orphans become its
// children, and when it ends everything in the namespace is killed before that is told to its parent.

import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { Environment } from './environment.ts';

/**
 * In Perl, which is wherever git is, takes 1.5 ms to start, and says of a child whether an exit code or a signal ended it.
 * (A shell calls both 137. Node takes forty milliseconds and as many megabytes for as long as a coder runs.) Without a
 * pragma, since loading one takes 3 ms.
 *
 * Perl closes what it opened above descriptor 2 in whatever it executes.
 *
 * Arguments: variables to set, `--`, the command. Says on descriptor 3 `failed <errno>`, or `ended <wait status>`.
 * What the command leaves behind gets SIGTERM and three seconds.
 */
const INIT = `
exit 125 if $$ != 1; # elsewhere, -1 would be every process of the user
$SIG{TERM} = sub { kill TERM => -1 };
open my $report, '>&=', 3 or exit 125;
delete $ENV{LC_ALL};
while (@ARGV && (my $set = shift) ne '--') { my ($name, $value) = split /=/, $set, 2; $ENV{$name} = $value }
exit 125 unless @ARGV;
my $child = fork;
exit 125 unless defined $child;
if ($child == 0) {
  $SIG{TERM} = 'DEFAULT';
  setpgrp 0, 0;
  exec { $ARGV[0] } @ARGV;
  syswrite $report, 'failed ' . ($! + 0) . "\\n";
  exit 127;
}
my $ended;
do { $ended = wait } until $ended == $child || $ended == -1;
syswrite $report, "ended $?\\n";
kill TERM => -1;
for (1 .. 300) {
  do { $ended = waitpid -1, 1 } while $ended > 0;
  last if $ended == -1;
  select undef, undef, undef, 0.01;
}
`;

/** The command with the namespace's first process in front. Nothing of the environment changes how Perl runs. */
export function underInit(
  command: readonly string[],
  environment: Environment,
): { readonly command: readonly string[]; readonly environment: Environment } {
  const plain: Record<string, string> = {};
  const restored: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    // An unknown locale makes Perl print a warning into the log.
    if (/^PERL|^LC_ALL$/.test(name)) restored.push(`${name}=${value}`);
    else plain[name] = value;
  }
  return {
    // The first `--` is Perl's own.
    command: ['perl', '-e', INIT, '--', ...restored, '--', ...command],
    environment: { ...plain, LC_ALL: 'C' },
  };
}

export type Report =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'notStarted'; readonly reason: string };

/** @returns undefined when it said nothing, because it was killed or never came up */
export function readReport(text: string, program: string): Report | undefined {
  const [, what, digits] = /^(failed|ended) (\d+)$/m.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  if (what === 'failed') return { kind: 'notStarted', reason: `${program} ${getSystemErrorName(-number)}` };
  // As the system encodes it: the signal in the low seven bits, else the exit code above them.
  const signal = number & 0x7f;
  return signal === 0
    ? { kind: 'exited', code: number >> 8 }
    : { kind: 'killed', signal: signalName(signal) };
}

function signalName(number: number): string {
  return (
    Object.entries(os.constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`
  );
}
