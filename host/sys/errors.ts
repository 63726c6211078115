import { AfloatError } from '@afloat/report'

/** What can go wrong at the door to the machine. */
export type SysErrorCode =
  | 'sys/no-space'
  | 'sys/read-only'
  | 'sys/not-a-folder'
  | 'sys/io-failed'
  | 'sys/program-missing'
  | 'sys/command-failed'
  | 'sys/command-timeout'

const byErrno: Readonly<Record<string, readonly [SysErrorCode, string | undefined]>> = {
  ENOSPC: ['sys/no-space', 'Free space on that file system or give it a larger disk'],
  EDQUOT: ['sys/no-space', 'Raise the quota of that file system'],
  EROFS: ['sys/read-only', 'Choose a path outside of /usr, which is never written'],
  ENOTDIR: [
    'sys/not-a-folder',
    'Remove the file that stands where a folder is needed, or choose another path',
  ],
}

const explained: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'in use',
  EEXIST: 'something is there already',
  EIO: 'input/output error of the medium',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'not found',
  ENOSPC: 'no space left',
  ENOTDIR: 'a part of the path is not a folder',
  ENOTEMPTY: 'the folder is not empty',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
}

/** Returns the error for a failed system call; `action` reads like `write "/etc/hostname"`. */
export function ioError(action: string, errno: string): AfloatError {
  const [code, hint] = byErrno[errno] ?? ['sys/io-failed', undefined]
  return new AfloatError(code, `Cannot ${action}: ${explained[errno] ?? errno}`, {
    ...(hint === undefined ? {} : { hint }),
    details: { errno },
  })
}

/** Returns the error for a program that PATH does not lead to. */
export function programMissing(name: string): AfloatError {
  return new AfloatError('sys/program-missing', `Cannot run "${name}": no such program`, {
    hint: `Add the package with "${name}" to the image`,
    details: { program: name },
  })
}
