import type { IgnitionConfig, PasswdGroup } from '@afloat/ignition'
import { provisionErrors as errors } from '../errors.ts'
import type { Step } from '../plan/step.ts'
import { type Accounts, usersOfSharedGroups } from './accounts.ts'

/** Plans the groups that a config adds. One that the image has is kept as it is, but for its password. Pure. */
export function planGroups(config: IgnitionConfig, accounts: Accounts): Step[] {
  const users = config.passwd?.users ?? []
  const shared = usersOfSharedGroups(config, accounts).map((user): Step => {
    const options = user.system === true ? ['--system'] : []
    return {
      kind: 'command',
      argv: ['groupadd', ...options, user.name],
      place: `$.passwd.users.${users.indexOf(user)}`,
    }
  })
  const groups = (config.passwd?.groups ?? []).flatMap((group, i) =>
    group.shouldExist === false ? [] : planGroup(group, `$.passwd.groups.${i}`, accounts),
  )
  return [...groups, ...shared]
}

/** Plans the groups that a config removes; after its users, for a primary group cannot go before its user. Pure. */
export function planGroupRemovals(config: IgnitionConfig, accounts: Accounts): Step[] {
  const users = config.passwd?.users ?? []
  return (config.passwd?.groups ?? []).flatMap(({ name, shouldExist }, i): Step[] => {
    if (shouldExist !== false || !accounts.groups.has(name)) return []
    // userdel takes the group of the same name along.
    const goesWithUser = users.some((user) => user.name === name && user.shouldExist === false)
    if (goesWithUser && accounts.users.has(name)) return []
    return [{ kind: 'command', argv: ['groupdel', name], place: `$.passwd.groups.${i}` }]
  })
}

function planGroup(group: PasswdGroup, place: string, accounts: Accounts): Step[] {
  const { name, gid, passwordHash, system = false } = group
  const known = accounts.groups.get(name)
  const steps: Step[] = []
  if (known === undefined) {
    const argv = [
      'groupadd',
      ...(gid === undefined ? [] : ['--gid', String(gid)]),
      ...(system ? ['--system'] : []),
    ]
    steps.push({ kind: 'command', argv: [...argv, name], place })
  } else if (gid !== undefined && gid !== known.gid) {
    throw errors.idConflict(`${place}.gid`, `group ${JSON.stringify(name)}`, gid, known.gid)
  }
  if (passwordHash !== undefined && passwordHash !== '') {
    steps.push({
      kind: 'set-password',
      of: 'group',
      name,
      hash: passwordHash,
      place: `${place}.passwordHash`,
    })
  }
  return steps
}
