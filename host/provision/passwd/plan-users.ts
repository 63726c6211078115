import type { User as ConfigUser, IgnitionConfig } from '@afloat/ignition'
import { provisionErrors as errors } from '../errors.ts'
import type { Step } from '../plan/step.ts'
import { type AccountNames, type Accounts, groupsOf, type User } from './accounts.ts'

/** No password opens it, SSH keys do; "!" would keep them out as well. */
const noPassword = '*'

/** The login shell of people; without it Debian gives them /bin/sh. */
const defaultShell = '/bin/bash'

/**
 * Plans the users of a config. One that the image has is changed where the config says so: groups are added to
 * those it is in. `later` are the names once all accounts are there. Pure.
 * Throws `provision/unknown-group` and `provision/id-conflict`.
 */
export function planUsers(config: IgnitionConfig, accounts: Accounts, later: AccountNames): Step[] {
  const groups = groupsOf(config, accounts)
  checkUids(config.passwd?.users ?? [], accounts)
  return (config.passwd?.users ?? []).flatMap((user, i): Step[] => {
    const place = `$.passwd.users.${i}`
    const known = accounts.users.get(user.name)
    if (user.shouldExist === false) {
      return known === undefined ? [] : [{ kind: 'command', argv: ['userdel', user.name], place }]
    }
    checkGroups(user, place, later)
    return [
      ...(known === undefined ? create(user, place, groups) : change(user, place, known)),
      ...planPassword(user, place, known),
      ...planKeys(user, place),
    ]
  })
}

/** useradd would refuse it with the machine half done. */
function checkUids(users: readonly ConfigUser[], accounts: Accounts): void {
  const owners = new Map([...accounts.users.values()].map(({ uid, name }) => [uid, name]))
  for (const [i, { name, uid, shouldExist }] of users.entries()) {
    if (uid === undefined || shouldExist === false) continue
    const owner = owners.get(uid) ?? name
    if (owner !== name)
      throw errors.idTaken(`$.passwd.users.${i}.uid`, `user ${JSON.stringify(name)}`, uid, owner)
    owners.set(uid, name)
  }
}

function checkGroups({ primaryGroup, groups = [] }: ConfigUser, place: string, later: AccountNames): void {
  const check = (group: string, at: string): void => {
    if (!later.groups.has(group) && !/^\d+$/.test(group)) throw errors.unknownGroup(at, group)
  }
  if (primaryGroup !== undefined) check(primaryGroup, `${place}.primaryGroup`)
  for (const [i, group] of groups.entries()) check(group, `${place}.groups.${i}`)
}

function create(user: ConfigUser, place: string, existing: ReadonlySet<string>): Step[] {
  const { name, noCreateHome, noUserGroup, noLogInit, system, uid } = user
  const argv = ['useradd', noCreateHome === true ? '--no-create-home' : '--create-home']
  if (uid !== undefined) argv.push('--uid', String(uid))
  if (system === true) argv.push('--system')
  if (noLogInit === true) argv.push('--no-log-init')
  if (user.primaryGroup !== undefined) argv.push('--gid', user.primaryGroup)
  else if (noUserGroup === true) argv.push('--no-user-group')
  // useradd refuses to make a group that is there already.
  else argv.push(...(existing.has(name) ? ['--gid', name] : ['--user-group']))
  if ((user.groups ?? []).length > 0) argv.push('--groups', user.groups!.join(','))
  argv.push('--password', noPassword, ...common(user))
  if (user.shell === undefined && system !== true) argv.push('--shell', defaultShell)
  return [{ kind: 'command', argv: [...argv, name], place }]
}

function change(user: ConfigUser, place: string, known: User): Step[] {
  const { name, uid, groups = [], primaryGroup } = user
  if (uid !== undefined && uid !== known.uid) {
    throw errors.idConflict(`${place}.uid`, `user ${JSON.stringify(name)}`, uid, known.uid)
  }
  const options = common(user)
  if (primaryGroup !== undefined) options.push('--gid', primaryGroup)
  if (groups.length > 0) options.push('--append', '--groups', groups.join(','))
  return options.length === 0 ? [] : [{ kind: 'command', argv: ['usermod', ...options, name], place }]
}

function common({ gecos, homeDir, shell }: ConfigUser): string[] {
  return [
    ...(gecos === undefined ? [] : ['--comment', gecos]),
    ...(homeDir === undefined ? [] : ['--home', homeDir]),
    ...(shell === undefined ? [] : ['--shell', shell]),
  ]
}

function planPassword({ name, passwordHash }: ConfigUser, place: string, known: User | undefined): Step[] {
  if (passwordHash === undefined || (passwordHash === '' && known === undefined)) return []
  const hash = passwordHash === '' ? noPassword : passwordHash
  return [{ kind: 'set-password', of: 'user', name, hash, place: `${place}.passwordHash` }]
}

function planKeys({ name, sshAuthorizedKeys = [] }: ConfigUser, place: string): Step[] {
  const keys = sshAuthorizedKeys.map((key) => key.trim()).filter((key) => key !== '')
  if (keys.length === 0) return []
  return [{ kind: 'install-keys', user: name, keys, place: `${place}.sshAuthorizedKeys` }]
}
