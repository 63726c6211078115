import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import { readAccounts, type User } from '../passwd/accounts.ts'
import type { StepOwner } from '../plan/step.ts'

/** People, not services. Source: login.defs(5), UID_MIN and UID_MAX as Debian sets them */
const smallestUid = 1000
const largestUid = 60000

/**
 * Gives `path` its owner. `isNew` things without one in the config belong to root, or to the person in whose home
 * they are; others keep theirs.
 */
export function applyOwner(sys: Sys, path: string, owner: StepOwner, options: { isNew: boolean }): void {
  const now = sys.lstat(path)
  if (now === undefined) return
  const usual = options.isNew ? usualOwner(sys, path) : now
  const uid = owner.user === undefined ? usual.uid : numberOf(sys, 'users', owner.user)
  const gid = owner.group === undefined ? usual.gid : numberOf(sys, 'groups', owner.group)
  if (uid !== now.uid || gid !== now.gid) sys.chown(path, uid, gid)
}

function usualOwner(sys: Sys, path: string): { uid: number; gid: number } {
  return homeOwner(sys, path) ?? { uid: 0, gid: 0 }
}

function homeOwner(sys: Sys, path: string): User | undefined {
  return [...readAccounts(sys).users.values()].find(
    ({ uid, home }) => uid >= smallestUid && uid <= largestUid && home !== '/' && path.startsWith(`${home}/`),
  )
}

function numberOf(sys: Sys, kind: 'users' | 'groups', owner: string | number): number {
  if (typeof owner === 'number') return owner
  const accounts = readAccounts(sys)
  const id = kind === 'users' ? accounts.users.get(owner)?.uid : accounts.groups.get(owner)?.gid
  if (id !== undefined) return id
  throw kind === 'users' ? errors.unknownUser(owner, owner) : errors.unknownGroup(owner, owner)
}
