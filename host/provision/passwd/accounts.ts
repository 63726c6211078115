import type { User as ConfigUser, IgnitionConfig } from '@afloat/ignition'
import type { Sys } from '../../sys/sys.ts'

export type User = { name: string; uid: number; gid: number; home: string }
export type Group = { name: string; gid: number }

/** Who is known on a machine. */
export type Accounts = { users: ReadonlyMap<string, User>; groups: ReadonlyMap<string, Group> }

/** Names only, of those that a machine will know. */
export type AccountNames = { users: ReadonlySet<string>; groups: ReadonlySet<string> }

/** Reads /etc/passwd and /etc/group. */
export function readAccounts(sys: Sys): Accounts {
  return {
    users: new Map(parsePasswd(sys.readText('/etc/passwd') ?? '').map((user) => [user.name, user])),
    groups: new Map(parseGroup(sys.readText('/etc/group') ?? '').map((group) => [group.name, group])),
  }
}

/** Reads the text of /etc/passwd; a line of another form is left out. Source: passwd(5) */
export function parsePasswd(text: string): User[] {
  return rows(text, 7, [2, 3]).map(([name, , uid, gid, , home]) => ({
    name: name!,
    uid: Number(uid),
    gid: Number(gid),
    home: home!,
  }))
}

/** Reads the text of /etc/group; a line of another form is left out. Source: group(5) */
export function parseGroup(text: string): Group[] {
  return rows(text, 4, [2]).map(([name, , gid]) => ({ name: name!, gid: Number(gid) }))
}

/** Returns the names once the config's accounts are made and removed. */
export function withConfigAccounts(accounts: Accounts, config: IgnitionConfig): AccountNames {
  const users = new Set(accounts.users.keys())
  const groups = groupsOf(config, accounts)
  for (const user of config.passwd?.users ?? []) {
    if (user.shouldExist === false) {
      users.delete(user.name)
      continue
    }
    // useradd makes a group of the same name unless it is told otherwise.
    if (!users.has(user.name) && user.noUserGroup !== true && user.primaryGroup === undefined)
      groups.add(user.name)
    users.add(user.name)
  }
  return { users, groups }
}

/**
 * Returns the new users whose own group an earlier user is to be in: the group is made before all users then, as
 * useradd knows only groups that are there.
 */
export function usersOfSharedGroups(config: IgnitionConfig, accounts: Accounts): ConfigUser[] {
  const users = (config.passwd?.users ?? []).filter((user) => user.shouldExist !== false)
  const made = new Set((config.passwd?.groups ?? []).map(({ name }) => name))
  const named = new Set<string>()
  return users.filter(({ name, noUserGroup, primaryGroup, groups = [] }) => {
    const isKnown = made.has(name) || accounts.users.has(name) || accounts.groups.has(name)
    const isShared = !isKnown && noUserGroup !== true && primaryGroup === undefined && named.has(name)
    for (const group of [primaryGroup ?? '', ...groups]) named.add(group)
    return isShared
  })
}

/** Returns the groups of the image and the config, without those that useradd makes. */
export function groupsOf(config: IgnitionConfig, accounts: Accounts): Set<string> {
  const groups = new Set(accounts.groups.keys())
  for (const { name } of usersOfSharedGroups(config, accounts)) groups.add(name)
  for (const { name, shouldExist } of config.passwd?.groups ?? []) {
    if (shouldExist === false) groups.delete(name)
    else groups.add(name)
  }
  return groups
}

function rows(text: string, columns: number, numbers: readonly number[]): string[][] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((row) => row.length === columns && row[0] !== '' && numbers.every((i) => /^\d+$/.test(row[i]!)))
}
