import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configInFirmware, FakeMachine, failureOf } from '../testing/fake-machine.ts'
import { findConfig } from './find-config.ts'

const url = 'https://config.example/c.ign?key=secret'
const cmdline = `root=x ignition.config.url=${url} quiet`
const networkUp = { networkUp: true }
const offline = { networkUp: false }

function espMachine(partitionLabel: string): FakeMachine {
  const disk = '/sys/class/block/vda'
  const machine = new FakeMachine({
    files: {
      '/sys/devices/vda/vda5/partition': '5',
      '/sys/devices/vda/vda1/partition': '1',
      '/sys/devices/vda/vda1/uevent': `DEVTYPE=partition\nPARTNAME=${partitionLabel}\n`,
      '/sys/devices/vda/vda5/uevent': 'DEVTYPE=partition\nPARTNAME=root\n',
      '/sys/devices/vdb/vdb1/partition': '1',
      '/sys/devices/vdb/vdb1/uevent': 'DEVTYPE=partition\nPARTNAME=esp\n',
    },
  })
  machine.makeDirs('/sys/class/block')
  machine.symlink('../../devices/vda', disk)
  machine.symlink('../../devices/vda/vda5', '/sys/class/block/vda5')
  machine.symlink('../../devices/vdb', '/sys/class/block/vdb')
  machine.addProgram('blkid', (args) => ({
    stdout: args.at(-1) === '/dev/vda1' ? 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B\n' : '\n',
  }))
  machine.addProgram('mount', (args) => {
    machine.addFile(`${args.at(-1)}/afloat/config.ign`, '{"esp":1}')
    machine.addFile(
      '/proc/self/mountinfo',
      `${machine.readText('/proc/self/mountinfo')}3 1 8:1 / ${args.at(-1)} ro - vfat /dev/vda1 ro\n`,
    )
    return undefined
  })
  machine.addProgram('umount', (args) => {
    machine.remove(args.at(-1)!, { recursive: true })
    return undefined
  })
  return machine
}

describe('findConfig()', () => {
  test('prefers the kernel command line to the firmware', () => {
    const machine = new FakeMachine({ cmdline, config: '{"firmware":1}' })
    machine.answer(url, { status: 200, body: '{"url":1}' })
    const search = findConfig(machine, networkUp)
    assert.equal(search.kind === 'found' && search.config.text, '{"url":1}')
    assert.deepEqual(search.kind === 'found' && search.config.source, {
      channel: 'kernel-command-line',
      place: 'https://config.example/c.ign?…',
    })
    assert.deepEqual(machine.list('/run/afloat'), [])
  })

  test('needs the network for the kernel command line', () => {
    assert.deepEqual(findConfig(new FakeMachine({ cmdline }), offline), {
      kind: 'needs-network',
      why: 'the config is at https://config.example/c.ign?…',
    })
  })

  test('refuses a URL that is not of the web', () => {
    const machine = new FakeMachine({ cmdline: 'ignition.config.url=tftp://a/b' })
    assert.equal(failureOf(() => findConfig(machine, offline)).code, 'provision/config-url')
  })

  test('reads both firmware keys, ours first, and loads the module when it is missing', () => {
    const second = configInFirmware.replace('org.flatcar-linux', 'com.coreos')
    const machine = new FakeMachine({ files: { [second]: '{"second":1}' } })
    let search = findConfig(machine, offline)
    assert.equal(search.kind === 'found' && search.config.text, '{"second":1}')
    machine.addFile(configInFirmware, '{"first":1}')
    search = findConfig(machine, offline)
    assert.equal(search.kind === 'found' && search.config.text, '{"first":1}')

    machine.remove('/sys/firmware/qemu_fw_cfg', { recursive: true })
    machine.addProgram('modprobe', (args) => {
      if (args.includes('qemu_fw_cfg')) machine.addFile(configInFirmware, '{"late":1}')
      return undefined
    })
    search = findConfig(machine, offline)
    assert.equal(search.kind === 'found' && search.config.text, '{"late":1}')
  })

  test('reads the EFI system partition of the disk of the root file system, by label or type', () => {
    for (const label of ['esp', 'EFI-SYSTEM']) {
      const machine = espMachine(label)
      const search = findConfig(machine, offline)
      assert.deepEqual(search.kind === 'found' && search.config.source, {
        channel: 'esp',
        place: '/afloat/config.ign on /dev/vda1',
      })
      const mounts = machine.commands.filter((line) => /^u?mount/.test(line))
      assert.deepEqual(mounts, [
        'mount -t vfat -o ro,nosuid,nodev,noexec /dev/vda1 /run/afloat/esp',
        'umount /run/afloat/esp',
      ])
    }
  })

  test('finds none on a machine without any', () => {
    assert.deepEqual(findConfig(new FakeMachine(), offline), { kind: 'none' })
  })

  test('refuses an empty config and one over 10 MB', () => {
    const empty = new FakeMachine({ config: ' \n' })
    assert.deepEqual(
      failureOf(() => findConfig(empty, offline)),
      {
        code: 'provision/config-empty',
        message: 'Cannot provision from fw_cfg opt/org.flatcar-linux/config: the config is empty',
      },
    )
    const large = new FakeMachine()
    large.addFile(configInFirmware, new Uint8Array(10 * 1024 * 1024 + 1))
    assert.deepEqual(
      failureOf(() => findConfig(large, offline)),
      {
        code: 'provision/config-too-large',
        message: 'Cannot provision from fw_cfg opt/org.flatcar-linux/config: the config is larger than 10 MB',
      },
    )
  })
})
