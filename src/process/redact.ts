// Taking secrets out of what is shown, copied into a brief, or stored. What a process wrote stays in its file as it is.

import { secretValues } from './environment.ts';

const HIDDEN = '[redacted]';

/** Keys that can be told by their look, whoever had them. */
const SHAPES = new RegExp(
  [
    String.raw`\bsk-[A-Za-z0-9_-]{16,}`, // Anthropic, OpenAI, OpenRouter
    String.raw`\b(?:ghp|gho|ghu|ghs|ghr|github_pat)_\w{20,}`,
    String.raw`\bglpat-[\w-]{16,}`,
    String.raw`\bnpm_[A-Za-z0-9]{30,}`,
    String.raw`\bAKIA[A-Z0-9]{16}\b`,
    String.raw`\bAIza[\w-]{30,}`,
    String.raw`\bxox[abprs]-[\w-]{10,}`,
    String.raw`\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}`, // a JSON web token
    String.raw`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`,
  ].join('|'),
  'g',
);

/** @param environment whose secrets are hidden, besides what looks like a key */
export function redactor(
  environment: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const secrets = secretValues(environment);
  return (text) =>
    secrets.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text).replace(SHAPES, HIDDEN);
}
