import { usrPartitionUuids } from '@afloat/disk'
import { addDisk, type TestPartition } from '../init/test-disk.ts'
import { FakeSys } from '../sys/fake-sys.ts'
import { encodeUtf8 } from '../sys/utf8.ts'

/** For tests: root hashes of two releases. */
export const [hashA, hashB] = ['a', 'b'].map((digit) => digit.repeat(63).padEnd(64, '0')) as [string, string]

const types = { esp: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', usr: '8484680c-9521-48c6-9c11-b0720656f69e' }
const blank = '00000000-0000-4000-8000-000000000000'

/** For tests: the bytes of a unified kernel image for a release. */
export function testUki(rootHash: string): Uint8Array {
  const bytes = new Uint8Array(4096)
  const view = new DataView(bytes.buffer)
  const put = (at: number, text: string) => bytes.set(encodeUtf8(text), at)
  put(0, 'MZ')
  view.setUint32(60, 128, true)
  put(128, 'PE')
  view.setUint16(134, 3, true)
  const cmdline = `usrhash=${rootHash} quiet`
  ;[
    ['.linux', 1024, 5],
    ['.initrd', 1536, 6],
    ['.cmdline', 2048, cmdline.length],
  ].forEach(([name, offset, size], index) => {
    const at = 128 + 24 + index * 40
    put(at, String(name))
    view.setUint32(at + 8, Number(size), true)
    view.setUint32(at + 16, 512, true)
    view.setUint32(at + 20, Number(offset), true)
  })
  put(1024, 'linux')
  put(1536, 'initrd')
  put(2048, cmdline)
  return bytes
}

/** For tests: a machine that runs 1.0.0 from slot A, with an EFI system partition that is kept at /esp. */
export function slotMachine(options: { slotB?: string; freeBytes?: number } = {}): FakeSys {
  const sys = new FakeSys()
  const a = usrPartitionUuids(hashA)
  const b = options.slotB === undefined ? { usr: blank, usrVerity: blank } : usrPartitionUuids(options.slotB)
  const partitions: TestPartition[] = [
    { number: 1, name: 'esp', type: types.esp, uuid: blank, first: 10, last: 99 },
    { number: 2, name: 'usr-a', type: types.usr, uuid: a.usr, first: 100, last: 199 },
    { number: 3, name: 'usr-a-verity', type: types.usr, uuid: a.usrVerity, first: 200, last: 299 },
    { number: 4, name: 'usr-b', type: types.usr, uuid: b.usr, first: 300, last: 399 },
    { number: 5, name: 'usr-b-verity', type: types.usr, uuid: b.usrVerity, first: 400, last: 499 },
  ]
  addDisk(sys, 'vda', { sectors: 1000, partitions })
  for (const { number, name } of partitions) {
    const home = `/sys/devices/pci/block/vda/vda${number}`
    sys.addFile(`${home}/uevent`, `MAJOR=254\nMINOR=${number}\nDEVNAME=vda${number}\nPARTNAME=${name}\n`)
    sys.makeDirs('/sys/dev/block')
    sys.symlink(`../../devices/pci/block/vda/vda${number}`, `/sys/dev/block/254:${number}`)
    sys.addFile(`/dev/vda${number}`, '')
  }
  sys.addFile('/proc/self/stat', '77 (qjs) R 1\n')
  sys.addFile('/proc/77/comm', 'qjs\n')
  sys.addFile('/usr/lib/os-release', 'NAME="Afloat"\nIMAGE_VERSION=1.0.0\n')
  sys.addFile(
    '/proc/self/mountinfo',
    [
      '33 1 254:6 / / rw - ext4 /dev/vda6 rw',
      '34 33 253:0 / /usr ro - erofs /dev/mapper/usr ro',
      '37 33 0:25 / /etc rw - overlay overlay rw,upperdir=/sysroot/var/lib/afloat/etc/upper,workdir=/sysroot/var/lib/afloat/etc/work',
      '',
    ].join('\n'),
  )
  sys.addFile('/esp/EFI/Linux/afloat_1.0.0.efi', testUki(hashA))
  const changeUuid = (number: number, uuid: string) => {
    partitions[number - 1]!.uuid = uuid
    const beside = sys.readBytes('/dev/vda4')
    addDisk(sys, 'vda', { sectors: 1000, partitions })
    sys.addFile('/dev/vda4', beside ?? '')
  }
  const mappings = new Map([['usr', `0 8 verity 1 254:2 254:3 4096 4096 1 1 sha256 ${hashA} 00`]])
  sys.addProgram('dmsetup', ([verb, ...args]) => {
    const names = [...mappings.keys()]
    if (verb === 'table')
      return { stdout: [...mappings].map(([name, table]) => `${name}: ${table}\n`).join('') }
    if (verb === 'info') return { stdout: names.map((name, index) => `${name} 253 ${index}\n`).join('') }
    if (verb === 'create')
      mappings.set(args[0]!, args.at(-1)!.replace('/dev/vda', '254:').replace('/dev/vda', '254:'))
    if (verb === 'remove') mappings.delete(args[0]!)
    return {}
  })
  sys.addProgram('sfdisk', (args) => {
    changeUuid(Number(args.at(-2)), args.at(-1)!)
    return {}
  })
  sys.addProgram('mount', (args) => {
    if (!args.includes('vfat')) return {}
    sys.remove(args.at(-1)!)
    sys.symlink('/esp', args.at(-1)!)
    return {}
  })
  sys.addProgram('umount', (args) => {
    if (sys.readLink(args.at(-1)!) !== '/esp') return { code: 32 }
    sys.remove(args.at(-1)!)
    sys.makeDirs(args.at(-1)!)
    return {}
  })
  sys.addProgram('sync')
  sys.addProgram('stat', () => ({ stdout: `${(options.freeBytes ?? 2 ** 28) / 512} 512\n` }))
  sys.addProgram('cp', (args) => {
    sys.writeFile(args.at(-1)!, sys.readBytes(args.at(-2)!)!)
    return {}
  })
  return sys
}

/** For tests: names in EFI/Linux. */
export function espNames(sys: FakeSys): string[] {
  return sys.list('/esp/EFI/Linux') ?? []
}
