// Linux numbers, the same on every architecture that Afloat knows. QuickJS has names for only a few of them.
const names: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  5: 'EIO',
  6: 'ENXIO',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  16: 'EBUSY',
  17: 'EEXIST',
  18: 'EXDEV',
  19: 'ENODEV',
  20: 'ENOTDIR',
  21: 'EISDIR',
  22: 'EINVAL',
  24: 'EMFILE',
  26: 'ETXTBSY',
  27: 'EFBIG',
  28: 'ENOSPC',
  30: 'EROFS',
  32: 'EPIPE',
  36: 'ENAMETOOLONG',
  39: 'ENOTEMPTY',
  40: 'ELOOP',
  122: 'EDQUOT',
  123: 'ENOMEDIUM',
}

/** Returns the name of an error number, such as `ENOSPC`. */
export function errnoName(errno: number): string {
  return names[errno] ?? `error ${errno}`
}
