import { nearestName } from '@afloat/report'
import { accountNames } from '../account-names.ts'
import { baseAccounts } from '../known/accounts.ts'
import { namedOwners } from '../named-owners.ts'
import type { Rule } from '../rule.ts'

/** An owner that neither the config nor the image has: writing the file fails at the first boot. */
export const unknownUser: Rule = {
  code: 'lint/unknown-user',
  severity: 'warning',
  looksAt: 'user.name of files, directories and links',
  *find(input) {
    if (input.isPartial) return
    const known = [...baseAccounts(input.variant).users, ...accountNames(input.config.passwd?.users)]
    for (const { name, path, at } of namedOwners(input, 'user')) {
      if (known.includes(name)) continue
      const nearest = nearestName(name, known)
      yield {
        at,
        message: `User "${name}" owns "${path}", but neither this config nor the image has that user`,
        hint: nearest === undefined ? `Add ${name} to passwd.users` : `Write ${nearest}, or add the user`,
      }
    }
  },
}
