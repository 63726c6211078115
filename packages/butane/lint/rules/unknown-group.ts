import { nearestName } from '@afloat/report'
import { accountNames } from '../account-names.ts'
import { baseAccounts } from '../known/accounts.ts'
import type { LintInput } from '../lint-input.ts'
import { namedOwners } from '../named-owners.ts'
import type { Found, Rule } from '../rule.ts'

/** A group that neither the config nor the image has: making the user or file fails at the first boot. */
export const unknownGroup: Rule = {
  code: 'lint/unknown-group',
  severity: 'warning',
  looksAt: 'groups of users; group.name of files, directories and links',
  *find(input) {
    if (input.isPartial) return
    const known = knownGroups(input)
    const unknown = (name: string, what: string, at: Found['at']): Found[] => {
      if (known.includes(name)) return []
      const nearest = nearestName(name, known)
      return [
        {
          at,
          message: `Group "${name}" of ${what} is neither in this config nor in the image`,
          hint: nearest === undefined ? `Add ${name} to passwd.groups` : `Write ${nearest}, or add the group`,
        },
      ]
    }
    for (const [index, user] of (input.config.passwd?.users ?? []).entries()) {
      const from = ['passwd', 'users', index]
      const what = `user "${user.name}"`
      for (const [at, group] of (user.groups ?? []).entries())
        yield* unknown(group, what, input.origin([...from, 'groups', at]))
      if (user.primaryGroup) yield* unknown(user.primaryGroup, what, input.origin([...from, 'primaryGroup']))
    }
    for (const { name, path, at } of namedOwners(input, 'group')) yield* unknown(name, `"${path}"`, at)
  },
}

/** A user who is made gets a group of the same name, unless the config says otherwise. */
function knownGroups({ config, variant }: LintInput): string[] {
  const { users = [], groups = [] } = config.passwd ?? {}
  const own = users.filter(({ noUserGroup, primaryGroup }) => !noUserGroup && !primaryGroup)
  return [...baseAccounts(variant).groups, ...accountNames(groups), ...accountNames(own)]
}
