import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIgnition, mergeConfigs } from '@afloat/ignition'
import { compileConfig } from '../compile-config.ts'

const head = 'variant: fcos\nversion: 1.5.0\n'

function compile(text: string) {
  const { ignition, report } = compileConfig(head + text)
  assert.ok(ignition !== undefined, JSON.stringify(report.diagnostics))
  return ignition
}

const bootDevice = `boot_device:
  layout: x86_64
  luks: { tpm2: true, discard: true }
  mirror: { devices: [/dev/vda, /dev/vdb] }
grub:
  users: [{ name: root, password_hash: grub.pbkdf2.sha512.10000.aa }]
`

const storage = `storage:
  disks:
    - device: /dev/vdb
      partitions: [{ label: root-2, size_mib: 10240 }, { label: data-2 }]
    - device: /dev/vdc
      partitions: [{ label: data-3 }]
  raid:
    - { name: md-boot, level: raid1, options: [--metadata=1.0, --chunk=64], devices: [/dev/vdd] }
    - { name: md-data, level: raid1, devices: [/dev/disk/by-partlabel/data-2, /dev/disk/by-partlabel/data-3] }
  luks:
    - { name: root, device: /dev/md/md-root, label: mine, open_options: [--perf-no_read_workqueue] }
  filesystems:
    - { device: /dev/mapper/root, format: btrfs, label: root }
    - { device: /dev/md/md-data, format: ext4, path: /var/data, with_mount_unit: true }
  files:
    - { path: /etc/x, contents: { inline: x } }
`

test('what boot_device and grub make is a parent config of what the file says', () => {
  const merged = mergeConfigs(compile(bootDevice), compile(storage))
  assert.equal(formatIgnition(compile(bootDevice + storage)), formatIgnition(merged))
})

test('problems are placed where the user wrote what was merged', () => {
  const text = `${bootDevice}${storage.replace('format: btrfs', 'format: zfs')}`
  const { report } = compileConfig(head + text)
  assert.deepEqual(
    report.diagnostics.map(({ path }) => path),
    ['$.storage.filesystems.0.format'],
  )
})
