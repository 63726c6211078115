import { globSync } from 'node:fs'
import { copyFile, mkdir, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { partitionTypes } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import type { ToolsTree } from './tools-tree.ts'

const MiB = 1024 * 1024

/**
 * The partitions of a disk image, in MiB. A slot has room for /usr to grow to four times today's size; the
 * ESP for the UKIs of both slots, one being written, and growth. `root` is not here: the machine makes it at
 * first boot, as large as its disk allows.
 */
const layout = { esp: 256, usr: 512, verity: 8, start: 1 }

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
  const { uuids, uuidOf } = inputs
  const { x64 } = partitionTypes
  const rows = [
    { name: 'esp', type: partitionTypes.esp, uuid: uuidOf('esp'), sizeMiB: layout.esp },
    { name: 'usr-a', type: x64.usr, uuid: uuids.usr, sizeMiB: layout.usr },
    { name: 'usr-a-verity', type: x64.usrVerity, uuid: uuids.usrVerity, sizeMiB: layout.verity },
    { name: 'usr-b', type: x64.usr, uuid: uuidOf('usr-b'), sizeMiB: layout.usr },
    { name: 'usr-b-verity', type: x64.usrVerity, uuid: uuidOf('usr-b-verity'), sizeMiB: layout.verity },
  ]
  const esp = join(work, 'esp.img')
  await writeEsp(inputs, work, esp)
  const contents: Record<string, string> = { esp, 'usr-a': inputs.usr, 'usr-a-verity': inputs.verity }
  await writeFile(output, '')
  await truncate(output, (layout.start + rows.reduce((sum, row) => sum + row.sizeMiB, 0) + 1) * MiB)
  let at = layout.start
  const lines = ['label: gpt', `label-id: ${uuidOf('disk')}`]
  for (const row of rows) {
    lines.push(
      `start=${at}MiB, size=${row.sizeMiB}MiB, type=${row.type}, uuid=${row.uuid}, name="${row.name}"`,
    )
    const file = contents[row.name]
    if (file !== undefined) await copyInto(inputs.tools, output, at, file, row.sizeMiB)
    at += row.sizeMiB
  }
  await inputs.tools.run(['sfdisk', '--quiet', '--no-reread', '--no-tell-kernel', output], {
    input: lines.join('\n'),
  })
}

async function writeEsp(inputs: DiskInputs, work: string, esp: string): Promise<void> {
  const { tools, version, epoch } = inputs
  const stage = join(work, 'esp')
  const boot = join(tools.dir, 'usr/lib/systemd/boot/efi/systemd-bootx64.efi')
  const files: [from: string, to: string][] = [
    [boot, 'EFI/BOOT/BOOTX64.EFI'],
    [boot, 'EFI/systemd/systemd-bootx64.efi'],
    [inputs.uki, `EFI/Linux/afloat_${version}+3.efi`],
  ]
  for (const dir of ['EFI/BOOT', 'EFI/systemd', 'EFI/Linux', 'loader'])
    await mkdir(join(stage, dir), { recursive: true })
  for (const [from, to] of files) await copyFile(from, join(stage, to))
  await writeFile(join(stage, 'loader/loader.conf'), 'timeout 0\neditor no\nconsole-mode keep\n')
  await writeFile(esp, '')
  await truncate(esp, layout.esp * MiB)
  const id = inputs.uuidOf('esp').slice(0, 8)
  await tools.run(['mkfs.vfat', '--invariant', '-F', '32', '-S', '512', '-i', id, '-n', 'ESP', esp])
  for (const path of globSync('**', { cwd: stage })) await utimes(join(stage, path), epoch, epoch)
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), MTOOLS_SKIP_CHECK: '1', TZ: 'UTC' }
  await tools.run(['mcopy', '-s', '-p', '-m', '-i', esp, join(stage, 'EFI'), join(stage, 'loader'), '::'], {
    env,
  })
}

/** Copies a file to an offset of another, in MiB, and leaves holes where it has only zeros. */
async function copyInto(tools: ToolsTree, target: string, atMiB: number, source: string, roomMiB: number) {
  const { size } = await stat(source)
  if (size > roomMiB * MiB) {
    throw new AfloatError(
      'build/too-large',
      `Cannot place "${source}" in its partition: found ${size} bytes, room for ${roomMiB * MiB}`,
      {
        hint: 'Take something out of the image (image/os.packages, image/os.remove) or enlarge the layout',
      },
    )
  }
  const how = ['bs=1M', `seek=${atMiB}`, 'conv=notrunc,sparse', 'status=none']
  await tools.run(['dd', `if=${source}`, `of=${target}`, ...how])
}
