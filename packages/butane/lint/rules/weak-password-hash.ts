import type { Path } from '@afloat/report'
import type { Found, Rule } from '../rule.ts'

/** Hashes whose passwords are guessed in hours, and what is no hash at all. Source: crypt(5) */
export const weakPasswordHash: Rule = {
  code: 'lint/weak-password-hash',
  severity: 'warning',
  looksAt: 'password_hash of users and groups',
  isAboutSecrets: true,
  *find(input) {
    for (const kind of ['users', 'groups'] as const)
      for (const [index, { name, passwordHash }] of (input.config.passwd?.[kind] ?? []).entries()) {
        const at = input.origin(['passwd', kind, index, 'passwordHash'])
        const who = `${kind === 'users' ? 'user' : 'group'} "${name}"`
        if (passwordHash) yield* judge(passwordHash, who, at)
      }
  },
}

function* judge(hash: string, who: string, at: Path): Generator<Found> {
  const hint = 'Make one with mkpasswd --method=yescrypt, or do without a password and use SSH keys'
  const method = methodOf(hash)
  if (method === 'strong') return
  if (method === 'none')
    yield {
      at,
      severity: 'error',
      message: `Password of ${who} is no hash, so nobody can log in with it, and it may be the password itself`,
      hint,
    }
  else yield { at, message: `Password of ${who} is hashed with ${method}, which is quickly guessed`, hint }
}

/** A hash that begins with `!` is locked, `*` and the like match no password. */
function methodOf(hash: string): string {
  const text = hash.replace(/^!+/, '')
  if (text === '' || text === '*' || text === 'x') return 'strong'
  if (text.startsWith('$1$')) return 'MD5'
  if (/^\$(md5|3\$|sha1)/.test(text)) return 'an outdated method'
  if (/^\$[0-9a-z]+\$./.test(text)) return 'strong'
  if (/^_[./0-9A-Za-z]{19}$/.test(text) || /^[./0-9A-Za-z]{13}$/.test(text)) return 'DES'
  return 'none'
}
