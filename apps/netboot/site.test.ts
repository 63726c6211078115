import assert from 'node:assert/strict'
import { symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AfloatError } from '@afloat/report'
import { bootOf } from './machines/machine-set.ts'
import { LiveSite, problemOf } from './site.ts'
import { SmallSite } from './testing/small-site.ts'

const mac = '52:54:00:12:34:56'

async function refused(site: SmallSite): Promise<string> {
  try {
    ;(await LiveSite.open(site)).close()
  } catch (error) {
    return `${(error as AfloatError).code} ${problemOf(error).replaceAll(site.dir, 'DIR')}`
  }
  return 'nothing'
}

test('LiveSite follows its files, and keeps what was good when a change is not', async () => {
  await using site = await SmallSite.make()
  const live = await LiveSite.open({
    ...site,
    imagesDir: site.imagesDir,
    machinesPath: site.machinesPath,
    pollMs: 20,
  })
  const cmdline = () => bootOf(live.current.machines, { mac })?.cmdline
  const seen = async (event: string, count: number) => {
    const until = performance.now() + 10_000
    while (site.events.filter((one) => one.event === event).length < count && performance.now() < until)
      await sleep(10)
    assert.equal(site.events.filter((one) => one.event === event).length, count, JSON.stringify(site.events))
  }
  try {
    assert.equal(cmdline(), 'b2c.run=r.example/a')
    await site.write('machines.yaml', `machines: [{mac: "${mac}", cmdline: loud b2c.run=r.example/a}]\n`)
    await seen('reloaded', 1)
    assert.equal(cmdline(), 'loud b2c.run=r.example/a')
    await site.write('machines.yaml', `machines: [{mac: "${mac}", cmdlime: none}]\n`)
    await seen('kept', 1)
    assert.equal(cmdline(), 'loud b2c.run=r.example/a')
    const kept = site.events.find((one) => one.event === 'kept')
    assert.match(kept?.problem ?? '', /machines\.yaml:1:39: error: unused key cmdlime/)
    await unlink(site.machinesPath)
    await seen('kept', 2)
    assert.equal(cmdline(), 'loud b2c.run=r.example/a')
    await site.write('machines.yaml', `machines: [{mac: "${mac}", cmdline: again b2c.run=r.example/a}]\n`)
    await seen('reloaded', 2)
    assert.equal(cmdline(), 'again b2c.run=r.example/a')
    await site.writeManifest({ packs: [] })
    await seen('reloaded', 3)
    assert.equal(live.current.images.packs.size, 0)
  } finally {
    live.close()
  }
})

test('LiveSite does not open what cannot boot', async () => {
  await using site = await SmallSite.make()
  const wrong: readonly (readonly [file: string, text: string, found: RegExp])[] = [
    ['images/manifest.json', '{', /^netboot\/bad-manifest Cannot read "DIR\/images\/manifest\.json"/],
    ['images/manifest.json', '[]', /expected an object/],
    ['images/manifest.json', '{"kernel":{"file":"../secret"}}', /"\.\.\/secret" is no name of a file/],
    ['images/manifest.json', '{"kernel":{"file":"linux"},"initramfs":{"file":".ssh"}}', /"\.ssh" is no name/],
    ['images/manifest.json', '{"kernel":{"file":"linux"}}', /initramfs has no file/],
    [
      'images/manifest.json',
      '{"kernel":{"file":"linux"},"initramfs":{"file":"gone"}}',
      /^netboot\/no-images .*ENOENT/,
    ],
    ['images/linux', '', /^netboot\/no-images .*it is empty/],
    ['machines.yaml', '', /^netboot\/bad-machines .*: error: Nobody boots from this/],
    [
      'machines.yaml',
      'default: x\n',
      /^netboot\/bad-machines DIR\/machines\.yaml:1:10: error: There is no profile "x"/,
    ],
  ]
  for (const [file, text, found] of wrong) {
    await using bad = await SmallSite.make()
    await bad.write(file, text)
    assert.match(await refused(bad), found, file)
  }
  await unlink(site.machinesPath)
  assert.match(await refused(site), /^netboot\/no-machines /)
})

test('LiveSite does not follow a link out of its folder', async () => {
  await using site = await SmallSite.make()
  await unlink(join(site.imagesDir, 'linux'))
  await symlink('/etc/hostname', join(site.imagesDir, 'linux'))
  assert.match(await refused(site), /^netboot\/no-images .*ELOOP/)
})

test('a file of machines with secrets is not printed', async () => {
  await using site = await SmallSite.make()
  const secret = 'b2c.minio=a,https://s3.example,key,geheim b2c.rum=x'
  await site.write('machines.yaml', `machines: [{mac: "${mac}", cmdline: "${secret}"}]\n`)
  const found = await refused(site)
  assert.match(found, /b2c\.rum/)
  assert.doesNotMatch(found, /geheim/)
})
