import type { Severity } from '@afloat/report'

/** A kind of secret, by its form. */
interface SecretKind {
  readonly name: string
  readonly form: RegExp
  /** `error` where the form leaves no doubt. */
  readonly severity: Severity
}

/** From the surest to the vaguest. Forms are matched against whole texts, so none may backtrack far. */
const kinds: readonly SecretKind[] = [
  {
    name: 'a private key (PEM)',
    form: /-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED) )?PRIVATE KEY-----/,
    severity: 'error',
  },
  { name: 'a private key (PGP)', form: /-----BEGIN PGP PRIVATE KEY BLOCK-----/, severity: 'error' },
  {
    name: 'a private key (WireGuard)',
    form: /^[ \t]*PrivateKey[ \t]*=[ \t]*[A-Za-z0-9+/]{43}=[ \t]*$/m,
    severity: 'error',
  },
  { name: 'a private key (age)', form: /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/, severity: 'error' },
  { name: 'a GitHub token', form: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/, severity: 'error' },
  { name: 'a GitLab token', form: /\bglpat-[\w-]{20,}/, severity: 'error' },
  { name: 'a Slack token', form: /\bxox[abeoprs]-[\w-]{10,}/, severity: 'error' },
  { name: 'a Tailscale key', form: /\btskey-[a-z]+-[\w-]{10,}/, severity: 'error' },
  {
    name: 'a JSON web token',
    form: /\beyJ[\w-]{10,500}\.eyJ[\w-]{10,2000}\.[\w-]{10}/,
    severity: 'error',
  },
  {
    name: 'the login of a registry',
    form: /"auth"\s*:\s*"[A-Za-z0-9+/]{8,}={0,2}"/,
    severity: 'error',
  },
  {
    name: 'a password in a URL',
    form: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@$%{<"']{1,64}:[^\s:/@$%{<"']{3,128}@[\w[]/i,
    severity: 'warning',
  },
]

/**
 * What secret a text holds, without the secret. Assignments to names such as `DB_PASSWORD` count unless the value is
 * empty, a reference, a path or a placeholder.
 */
export function findSecret(whole: string): { name: string; severity: Severity } | undefined {
  const text = whole.slice(0, MOST_CHARACTERS)
  const known = kinds.find(({ form }) => form.test(text))
  if (known) return { name: known.name, severity: known.severity }
  for (const [, key = '', value = ''] of text.matchAll(ASSIGNMENT))
    if (isSecretName(key) && isLiteral(value)) return { name: `a value for "${key}"`, severity: 'warning' }
  return undefined
}

/** Of a text that are looked at. */
const MOST_CHARACTERS = 1_000_000

/** The value is only looked at, not taken: in `Environment=TOKEN=x` it is the next assignment. */
const ASSIGNMENT =
  /(?<![\w.-])([A-Za-z][\w.-]{0,63})["']?[ \t]{0,8}(?:=|:[ \t])[ \t]{0,8}(?=["']?([^\s"',;#]{1,256}))/g

/** `DB_PASSWORD`, `api-key`, `clientSecret`; not `PasswordAuthentication`, `token_file` or `passwd`. */
function isSecretName(name: string): boolean {
  return /(?:password|passphrase|secret|token|(?:api|access|secret)[_-]?key)$/i.test(name)
}

function isLiteral(value: string): boolean {
  if (value.length < 6 || /^[$%<{[(/@!*&|`~.]|[(){}<>$]/.test(value)) return false
  return !/^(?:true|false|none|null|required|optional|prompt|disabled|enabled|file:.*|env:.*|x{6,}|\*+)$/i.test(
    value,
  )
}
