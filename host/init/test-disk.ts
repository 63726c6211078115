import { usrPartitionUuids } from '@afloat/disk'
import type { FakeSys } from '../sys/fake-sys.ts'

/** For tests: what a disk with the partitions of an image looks like to a program. */
export type TestPartition = {
  number: number
  name: string
  type: string
  uuid: string
  first: number
  last: number
}

/** Puts a disk with a GPT and the kernel's view of it on a fake machine; sizes in sectors of 512 bytes. */
export function addDisk(
  sys: FakeSys,
  name: string,
  options: { sectors: number; backupLba?: number; partitions: readonly TestPartition[] },
): void {
  const bytes = new Uint8Array(34 * 512)
  const view = new DataView(bytes.buffer)
  put(bytes, 512, 'EFI PART')
  view.setUint32(512 + 32, options.backupLba ?? options.sectors - 1, true)
  view.setUint32(512 + 72, 2, true)
  view.setUint32(512 + 80, 128, true)
  view.setUint32(512 + 84, 128, true)
  for (const partition of options.partitions) {
    const at = 1024 + 128 * (partition.number - 1)
    putGuid(bytes, at, partition.type)
    putGuid(bytes, at + 16, partition.uuid)
    view.setUint32(at + 32, partition.first, true)
    view.setUint32(at + 40, partition.last, true)
    for (let i = 0; i < partition.name.length; i++)
      view.setUint16(at + 56 + 2 * i, partition.name.charCodeAt(i), true)
    sys.addFile(`/sys/class/block/${name}/${name}${partition.number}/partition`, `${partition.number}\n`)
    sys.addFile(`/sys/class/block/${name}${partition.number}/partition`, `${partition.number}\n`)
  }
  sys.addFile(`/dev/${name}`, bytes)
  sys.addFile(`/sys/class/block/${name}/size`, `${options.sectors}\n`)
  sys.addFile(`/sys/class/block/${name}/queue/logical_block_size`, '512\n')
}

/** The partitions of slot A of a release, as number 2 and 3. */
export function slotOf(rootHash: string): TestPartition[] {
  const { usr, usrVerity } = usrPartitionUuids(rootHash)
  const type = '8484680c-9521-48c6-9c11-b0720656f69e'
  return [
    { number: 2, name: 'usr-a', type, uuid: usr, first: 100, last: 199 },
    { number: 3, name: 'usr-a-verity', type, uuid: usrVerity, first: 200, last: 299 },
  ]
}

function put(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}

function putGuid(bytes: Uint8Array, at: number, uuid: string): void {
  const hex = (uuid.replaceAll('-', '').match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  order.forEach((from, to) => {
    bytes[at + to] = hex[from] ?? 0
  })
}
