import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { Machine } from '../machine.ts'
import { guestRegistry } from '../registry.ts'
import { configOf, fwCfgNames, localRegistryFile } from './config.ts'
import { startConfigServer } from './config-server.ts'
import { expectFailureScreen, failing } from './failed-boot.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import { installInSlotB, secondRelease } from './second-release.ts'
import { softReboot } from './soft-reboot.ts'
import { readStatus } from './updates.ts'

const lab = await Lab.open()
after(() => lab.close())

const image = await makeExtension('hello', {
  'usr/lib/extension-release.d/extension-release.hello': 'ID=afloat\nSYSEXT_LEVEL=1\n',
  'usr/share/hello/text': 'Hello from an extension\n',
})
const hash = `sha256-${createHash('sha256').update(image).digest('hex')}`
const server = await startConfigServer({ status: 200, body: image })
lab.onClose(() => server.close())

test('an extension is part of /usr, in the first life and in that of another release', async (t) => {
  const other = await secondRelease(lab, '0.0.1')
  const registry = await lab.webRegistry()
  const options = {
    disk: await lab.newDisk(),
    guestForwards: [registry.guestForward],
    extraDisks: other.disks,
    fwCfg: { [fwCfgNames[0]]: configWith(hash) },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await t.test('it is merged at the first boot', () => assertMerged(machine, lab.version))
    await t.test('the release beneath is known', async () => {
      const { running } = await readStatus(machine)
      assert.deepEqual([running.version, running.slot], [lab.version, 'a'])
    })
    const pid = await machine.sh('podman inspect -f "{{.State.Pid}}" web')
    await installInSlotB(machine, other)
    const seconds = await softReboot(machine, 'b', 1)
    t.diagnostic(`soft reboot: ${seconds.toFixed(1)} s`)
    await t.test('after a soft reboot it is merged over the other release', async () => {
      await assertMerged(machine, other.version)
      assert.equal((await readStatus(machine)).running.slot, 'b')
    })
    await t.test('what has survived holds neither the old release nor the extension over it', async () => {
      assert.equal(await machine.sh('podman inspect -f "{{.State.Pid}}" web'), pid)
      assert.equal(await machine.sh('afloatctl pins'), 'Nothing holds a release that no longer runs')
      assert.equal(await machine.sh('dmsetup ls --target verity | wc -l'), '1')
      assert.equal(await machine.sh('losetup --list --noheadings | wc -l'), '1')
    })
  })
})

test('an extension that is not what the config says stops the first boot', async () => {
  const wrong = `sha256-${'0'.repeat(64)}`
  const options = { disk: await lab.newDisk(), ...failing, fwCfg: { [fwCfgNames[0]]: configWith(wrong) } }
  await lab.withMachine(options, async (machine) => {
    const screen = await expectFailureScreen(machine, 'provision/hash-mismatch')
    assert.ok(screen.includes(hash) && screen.includes(wrong), screen)
  })
})

function configWith(imageHash: string): string {
  const url = new URL('/hello.raw', server.url)
  return configOf(`extensions: [{ name: hello, url: "${url}", hash: ${imageHash} }]
containers: [{ name: web, image: "${guestRegistry}/web:1", survive: true }]
storage:
  files: ${localRegistryFile}
`)
}

async function makeExtension(name: string, files: Readonly<Record<string, string>>): Promise<Buffer> {
  const [tree, path] = [join(lab.dir, name), join(lab.dir, `${name}.raw`)]
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(tree, file)), { recursive: true })
    await writeFile(join(tree, file), text)
  }
  await lab.tools.run(['mkfs.erofs', '--quiet', '--all-root', path, tree])
  return await readFile(path)
}

async function assertMerged(machine: Machine, version: string): Promise<void> {
  assert.equal(await machine.sh('cat /usr/share/hello/text'), 'Hello from an extension')
  const status = await machine.sh('systemd-sysext status --no-legend --no-pager')
  assert.match(status, /^\/usr +hello /m)
  assert.equal(await machine.sh('. /etc/os-release; echo $IMAGE_VERSION'), version)
  assert.equal((await machine.exec('touch /usr/share/hello/new')).code, 1)
}
