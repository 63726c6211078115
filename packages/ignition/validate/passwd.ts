import type { Path } from '@afloat/report'
import type { PasswdGroup, User } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Add, Check } from './check.ts'
import { LARGEST_ID } from './storage.ts'

export const checkUser: Check<User> = (user, path, add) => {
  checkName('user', user.name, path, add)
  checkId(user.uid, [...path, 'uid'], add)
  for (const field of ['gecos', 'homeDir', 'shell', 'passwordHash'] as const)
    checkField(field, user[field], path, add)
  for (const [index, key] of (user.sshAuthorizedKeys ?? []).entries())
    if (/[\n\r]./s.test(key.trim())) add('error', [...path, 'sshAuthorizedKeys', index], errors.badKeyLine())
}

export const checkGroup: Check<PasswdGroup> = (group, path, add) => {
  checkName('group', group.name, path, add)
  checkId(group.gid, [...path, 'gid'], add)
  checkField('passwordHash', group.passwordHash, path, add)
}

function checkName(what: string, name: string | undefined, path: Path, add: Add): void {
  if (!name) add('error', [...path, 'name'], errors.nameMissing(what))
  else if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*\$?$/.test(name))
    add('error', [...path, 'name'], errors.badAccountName(what, name))
}

/** A line break in a password hash would set the password of another account. */
function checkField(field: string, text: string | undefined, path: Path, add: Add): void {
  if (/[:\n\r\0]/.test(text ?? '')) add('error', [...path, field], errors.badAccountField(field))
}

function checkId(id: number | undefined, path: Path, add: Add): void {
  if (id !== undefined && (id < 0 || id > LARGEST_ID)) add('error', path, errors.idRange(id))
}
