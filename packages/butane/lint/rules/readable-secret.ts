import type { Path } from '@afloat/report'
import type { Container } from '../../afloat/v1_0/schema.ts'
import { findSecret } from '../known/secrets.ts'
import type { LintInput } from '../lint-input.ts'
import type { Rule } from '../rule.ts'

/** Secrets that every user of the machine may read. What is recognised is named, and never shown. */
export const readableSecret: Rule = {
  code: 'lint/readable-secret',
  severity: 'warning',
  looksAt: 'files that others may read, units, environment of containers',
  isAboutSecrets: true,
  *find(input) {
    for (const { path, text, isReadable, mode, at } of input.texts) {
      // What `containers` has made is looked at where it is written.
      const secret = isReadable && at[0] !== 'containers' ? findSecret(text) : undefined
      if (!secret) continue
      yield {
        at,
        severity: secret.severity,
        message: `"${path}" holds ${secret.name}, and every user of the machine may read it (mode ${mode})`,
        hint: isUnit(path)
          ? 'Put it into a file with mode 0600 and name that in EnvironmentFile= or LoadCredential='
          : 'Set mode: 0600, and user: if a service needs it',
      }
    }
    for (const { title, variable, value, at } of environment(input)) {
      const secret = findSecret(`${variable}=${value}`)
      if (!secret) continue
      yield {
        at,
        severity: secret.severity,
        message: `Environment of ${title} holds ${secret.name}, in a file that every user of the machine may read`,
        hint: 'Mount a file with mode 0600 into the container, or describe it in a Quadlet file with Secret=',
      }
    }
  },
}

function isUnit(path: string): boolean {
  return /^\/etc\/(systemd\/system|containers\/systemd)\//.test(path)
}

function* environment({ source }: LintInput) {
  const containers = (source['containers'] ?? []) as unknown as (Container | null)[]
  for (const [index, container] of containers.entries())
    for (const [variable, value] of Object.entries(container?.environment ?? {})) {
      const at: Path = ['containers', index, 'environment', variable]
      yield { title: `container "${container?.name}"`, variable, value, at }
    }
}
