import type { Sys } from '../sys/sys.ts'

/**
 * Returns the machine as a process with another mount namespace sees it: files are that one's, and `mount` and `umount`
 * change what that one has mounted. Programs, though, are this process's own: they stay what they were when the root of
 * the other process becomes another one. Kernel file systems and devices are the same for both.
 * Source: proc_pid_root(5); mount(8) and umount(8), option -N
 */
export function mountsOf(sys: Sys, pid: number): Sys {
  const root = `/proc/${pid}/root`
  const inside = (path: string): string => {
    if (path.startsWith('/proc/self/mount')) return path.replace('self', String(pid))
    return /^\/(proc|sys|dev)(\/|$)/.test(path) ? path : `${root}${path}`
  }
  const there = (argv: readonly string[]): readonly string[] => {
    const [program = '', ...words] = argv
    const isMounting = program === 'mount' || program === 'umount'
    return isMounting ? [program, '-N', `/proc/${pid}/ns/mnt`, ...words] : argv
  }
  const changed: Partial<Sys> = {
    readText: (path, range) => sys.readText(inside(path), range),
    readBytes: (path, range) => sys.readBytes(inside(path), range),
    writeFile: (path, data, options) => sys.writeFile(inside(path), data, options),
    makeDirs: (path, options) => sys.makeDirs(inside(path), options).map((made) => made.replace(root, '')),
    readLink: (path) => sys.readLink(inside(path)),
    rename: (from, to) => sys.rename(inside(from), inside(to)),
    remove: (path, options) => sys.remove(inside(path), options),
    list: (path) => sys.list(inside(path)),
    stat: (path) => sys.stat(inside(path)),
    lstat: (path) => sys.lstat(inside(path)),
    exists: (path) => sys.exists(inside(path)),
    sync: (path) => sys.sync(path === undefined ? undefined : inside(path)),
    run: (argv, options) => sys.run(there(argv), options),
    mustRun: (argv, options) => sys.mustRun(there(argv), options),
  }
  return new Proxy(sys, {
    get(target, key) {
      const value: unknown = Reflect.get(changed, key) ?? Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
