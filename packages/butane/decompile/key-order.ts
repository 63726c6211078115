import type { ObjectValue } from '@afloat/ignition'

/**
 * The fields of an object in the order that a reader wants them: what it is called, how it is, then what it holds. Fields not
 * named here keep their order in between.
 */
export function inReadingOrder(value: ObjectValue): ObjectValue {
  const names = Object.keys(value).toSorted((a, b) => rank(a) - rank(b))
  return Object.fromEntries(names.map((name) => [name, value[name]!]))
}

const FIRST = [
  ...['variant', 'version', 'ignition', 'kernel_arguments', 'passwd', 'storage', 'systemd'],
  ...['disks', 'raid', 'luks', 'filesystems', 'directories', 'files', 'links'],
  ...['path', 'name', 'device', 'number', 'label', 'url', 'uid', 'gid', 'size_mib', 'start_mib'],
  ...['level', 'format', 'target', 'hard', 'enabled', 'mask', 'overwrite', 'mode', 'user', 'group'],
  ...['inline', 'source', 'compression'],
]
const LAST = ['options', 'mount_options', 'open_options', 'contents', 'append', 'dropins', 'partitions']

function rank(name: string): number {
  const first = FIRST.indexOf(name)
  return first >= 0 ? first - FIRST.length : LAST.indexOf(name) + 1
}
