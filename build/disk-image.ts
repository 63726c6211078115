import { join } from 'node:path'
import { partitionTypes } from '@afloat/disk'
import { writeEsp } from './esp-image.ts'
import { writeGptImage } from './gpt-image.ts'
import type { ToolsTree } from './tools-tree.ts'

/**
 * The partitions of a disk image, in MiB. A slot has room for /usr to grow to four times today's size; the
 * ESP for the UKIs of both slots, one being written, and growth. `root` is not here: the machine makes it at
 * first boot, as large as its disk allows.
 */
const layout = { esp: 256, usr: 512, verity: 8 }

/** Code that a disk image depends on. */
export const diskImageSources = ['disk-image', 'esp-image', 'gpt-image'].map((name) => `build/${name}.ts`)

export type DiskInputs = {
  readonly tools: ToolsTree
  /** Release version; part of the name of the UKI. */
  readonly version: string
  readonly usr: string
  readonly verity: string
  readonly uki: string
  /** Partition UUIDs; those of slot A say which root hash it holds. */
  readonly uuids: { readonly usr: string; readonly usrVerity: string }
  /** A UUID made of the inputs, the same for the same inputs. */
  readonly uuidOf: (name: string) => string
  readonly epoch: number
}

/**
 * Writes a GPT disk image: ESP with systemd-boot and one UKI under a counting name, slot A filled, slot B empty.
 * The file is sparse. Throws `build/too-large` when an artefact does not fit its partition.
 */
export async function writeDiskImage(inputs: DiskInputs, work: string, output: string): Promise<void> {
  const { tools, version, uuids, uuidOf, epoch } = inputs
  const { x64 } = partitionTypes
  const esp = join(work, 'esp.img')
  const boot = { from: join(tools.dir, 'usr/lib/systemd/boot/efi/systemd-bootx64.efi') }
  const files = {
    'EFI/BOOT/BOOTX64.EFI': boot,
    'EFI/systemd/systemd-bootx64.efi': boot,
    [`EFI/Linux/afloat_${version}+3.efi`]: { from: inputs.uki },
    'loader/loader.conf': { text: 'timeout 0\neditor no\nconsole-mode keep\n' },
  }
  const id = uuidOf('esp').slice(0, 8)
  await writeEsp(tools, { sizeMiB: layout.esp, id, files, epoch }, join(work, 'esp'), esp)
  const partitions = [
    { name: 'esp', type: partitionTypes.esp, uuid: uuidOf('esp'), sizeMiB: layout.esp, content: esp },
    { name: 'usr-a', type: x64.usr, uuid: uuids.usr, sizeMiB: layout.usr, content: inputs.usr },
    {
      name: 'usr-a-verity',
      type: x64.usrVerity,
      uuid: uuids.usrVerity,
      sizeMiB: layout.verity,
      content: inputs.verity,
    },
    { name: 'usr-b', type: x64.usr, uuid: uuidOf('usr-b'), sizeMiB: layout.usr },
    { name: 'usr-b-verity', type: x64.usrVerity, uuid: uuidOf('usr-b-verity'), sizeMiB: layout.verity },
  ]
  await writeGptImage(tools, uuidOf('disk'), partitions, output)
}
