import type { PasswdGroup, User } from '@afloat/ignition'
import type { ExplainedGroup, ExplainedUser } from './explanation.ts'

export function explainUser(user: User): ExplainedUser {
  return {
    name: user.name,
    exists: user.shouldExist ?? true,
    uid: user.uid,
    system: user.system ?? false,
    primaryGroup: user.primaryGroup,
    groups: user.groups ?? [],
    homeDir: user.homeDir,
    shell: user.shell,
    sshKeys: user.sshAuthorizedKeys?.length ?? 0,
    // "*" and "!" in front of a hash let nobody in by password. Source: shadow(5)
    hasPassword: /^[^*!]/.test(user.passwordHash ?? ''),
  }
}

export function explainGroup({ name, shouldExist, gid, system }: PasswdGroup): ExplainedGroup {
  return { name, exists: shouldExist ?? true, gid, system: system ?? false }
}
