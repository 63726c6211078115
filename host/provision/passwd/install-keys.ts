import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import type { StepOf } from '../plan/step.ts'
import { readAccounts, type User } from './accounts.ts'

/**
 * Writes a user's SSH keys to ~/.ssh/authorized_keys.d/ignition, which the image's sshd reads beside
 * ~/.ssh/authorized_keys. A home that is missing is made first.
 */
export function installKeys(sys: Sys, step: StepOf<'install-keys'>): void {
  const user = readAccounts(sys).users.get(step.user)
  if (user === undefined) throw errors.unknownUser(step.place, step.user)
  makeHome(sys, user)
  const folder = `${user.home}/.ssh/authorized_keys.d`
  for (const made of sys.makeDirs(folder, { mode: 0o700 })) own(sys, made, user)
  const file = `${folder}/ignition`
  sys.writeFile(file, `${step.keys.join('\n')}\n`, { mode: 0o600 })
  own(sys, file, user)
}

function makeHome(sys: Sys, user: User): void {
  if (!user.home.startsWith('/') || user.home === '/nonexistent') throw errors.noHome(user.name, user.home)
  if (sys.stat(user.home)?.kind === 'directory') return
  sys.makeDirs(user.home)
  if (sys.exists('/etc/skel')) sys.mustRun(['cp', '-a', '--', '/etc/skel/.', user.home])
  sys.mustRun(['chown', '-R', '--', `${user.uid}:${user.gid}`, user.home])
  sys.chmod(user.home, 0o700)
}

function own(sys: Sys, path: string, user: User): void {
  sys.chown(path, user.uid, user.gid)
}
