import { hashB, slotMachine } from '../slots/test-machine.ts'
import type { FakeSys } from '../sys/fake-sys.ts'
import { encodeUtf8 } from '../sys/utf8.ts'

/** For tests: a machine whose slot B begins as a hash tree must, and whose mounts show in the table. */
export function rootMachine(algorithm = 'sha256'): FakeSys {
  const sys = slotMachine({ slotB: hashB })
  const superblock = new Uint8Array(512)
  const view = new DataView(superblock.buffer)
  const put = (at: number, text: string) => superblock.set(encodeUtf8(text), at)
  put(0, 'verity')
  put(32, algorithm)
  for (const [at, value] of [
    [8, 1],
    [12, 1],
    [64, 4096],
    [68, 4096],
    [72, 10],
  ] as const)
    view.setUint32(at, value, true)
  sys.addFile('/dev/vda5', superblock)
  sys.addProgram('systemctl', () => ({ stdout: '' }))
  sys.addProgram('getfattr')
  sys.addProgram('sh')
  sys.addProgram('systemd-escape', () => ({ stdout: 'var.mount\n' }))
  sys.addProgram('mount', (args) => {
    if (args.includes('vfat')) {
      sys.remove(args.at(-1)!)
      sys.symlink('/esp', args.at(-1)!)
      return {}
    }
    if (args.at(-2) !== '--make-rprivate') addMount(sys, args.at(-1)!)
    if (args.includes('erofs')) sys.addFile('/run/nextroot/usr/lib/systemd/systemd', 'elf')
    return {}
  })
  sys.addProgram('umount', (args) => {
    const target = args.at(-1)!
    if (sys.readLink(target) === '/esp') {
      sys.remove(target)
      sys.makeDirs(target)
    } else removeMounts(sys, target)
    return {}
  })
  return sys
}

/** For tests: has something mounted; `more` is its device and what of it. */
export function addMount(sys: FakeSys, path: string, more = '254:6 /') {
  const [device, root] = more.split(' ')
  sys.addFile(
    '/proc/self/mountinfo',
    `${sys.readText('/proc/self/mountinfo')}99 33 ${device} ${root} ${path} rw - ext4 x rw\n`,
  )
}

/** For tests: has what is mounted at a place and below it unmounted. */
export function removeMounts(sys: FakeSys, below: string) {
  const lines = sys.readText('/proc/self/mountinfo')!.split('\n')
  const kept = lines.filter((line) => !`${line.split(' ')[4]}/`.startsWith(`${below}/`))
  sys.addFile('/proc/self/mountinfo', kept.join('\n'))
}
