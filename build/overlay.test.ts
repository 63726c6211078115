import assert from 'node:assert/strict'
import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { applyOverlay, hashOverlays } from './overlay.ts'
import { checkVariant } from './variant.ts'

let dir: string
let overlay: string
let homes: { usr: string; etc: string }

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'afloat-overlay-'))
  overlay = join(dir, 'overlay')
  homes = { usr: join(dir, 'tree/usr'), etc: join(dir, 'tree/usr/share/afloat/etc') }
  await mkdir(overlay)
  await mkdir(homes.etc, { recursive: true })
})
afterEach(() => rm(dir, { recursive: true }))

async function put(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true })
  await writeFile(join(dir, path), text)
  await chmod(join(dir, path), mode)
}

test('applyOverlay() puts files and links over a tree, with their modes', async () => {
  await put('tree/usr/lib/old.conf', 'old')
  await put('tree/usr/bin/kept', 'kept', 0o755)
  await chmod(join(homes.usr, 'bin'), 0o751)
  await symlink('/elsewhere', join(homes.etc, 'link'))
  await put('overlay/usr/lib/old.conf', 'new', 0o600)
  await put('overlay/usr/bin/tool', '#!', 0o755)
  await put('overlay/etc/new/file', 'etc')
  await put('overlay/etc/link', 'now a file')
  await symlink('/dev/null', join(overlay, 'usr/lib/masked.service'))
  await applyOverlay(overlay, homes)

  assert.equal(await readFile(join(homes.usr, 'lib/old.conf'), 'utf8'), 'new')
  assert.equal((await lstat(join(homes.usr, 'lib/old.conf'))).mode & 0o777, 0o600)
  assert.equal((await lstat(join(homes.usr, 'bin/tool'))).mode & 0o777, 0o755)
  assert.equal((await lstat(join(homes.usr, 'bin'))).mode & 0o777, 0o751)
  assert.equal(await readFile(join(homes.usr, 'bin/kept'), 'utf8'), 'kept')
  assert.equal(await readFile(join(homes.etc, 'new/file'), 'utf8'), 'etc')
  assert.equal(await readFile(join(homes.etc, 'link'), 'utf8'), 'now a file')
  assert.equal(await readlink(join(homes.usr, 'lib/masked.service')), '/dev/null')
})

test('applyOverlay() refuses what is not usr or etc, and never writes through a link', async () => {
  await put('overlay/var/x', '')
  await assert.rejects(applyOverlay(overlay, homes), { code: 'build/bad-overlay', message: /found "var"/ })
  await rm(join(overlay, 'var'), { recursive: true })
  await writeFile(join(overlay, 'usr'), 'a file')
  await assert.rejects(applyOverlay(overlay, homes), { code: 'build/bad-overlay' })
  await rm(join(overlay, 'usr'))
  await mkdir(join(dir, 'outside'))
  await symlink(join(dir, 'outside'), join(homes.usr, 'trap'))
  await put('overlay/usr/trap/file', 'x')
  await assert.rejects(applyOverlay(overlay, homes), { code: 'build/bad-overlay', message: /"usr\/trap"/ })
  await assert.rejects(lstat(join(dir, 'outside/file')), { code: 'ENOENT' })
  await assert.rejects(hashOverlays([join(dir, 'missing')]), { code: 'build/bad-overlay' })
})

test('hashOverlays() changes with names, contents, modes, links and order', async () => {
  const seen = new Set<string>()
  const note = async (overlays: string[]) => {
    const hash = await hashOverlays(overlays)
    assert.equal(hash, await hashOverlays(overlays))
    assert.equal(seen.has(hash), false)
    seen.add(hash)
  }
  await note([])
  await note([overlay])
  await put('overlay/etc/a', '1')
  await note([overlay])
  await put('overlay/etc/a', '2')
  await note([overlay])
  await chmod(join(overlay, 'etc/a'), 0o755)
  await note([overlay])
  await symlink('a', join(overlay, 'etc/b'))
  await note([overlay])
  await put('second/usr/x', '')
  await note([overlay, join(dir, 'second')])
  await note([join(dir, 'second'), overlay])
})

test('checkVariant() refuses what would not boot or not be a version', () => {
  checkVariant({ version: '1.2.3-rc.1', cmdlineAppend: 'debug x="a b"', initramfsStamp: 'another one' })
  for (const [variant, code] of [
    [{ version: '1.2' }, 'build/bad-version'],
    [{ version: '1.2.3+4' }, 'build/bad-version'],
    [{ version: '1.2.3', cmdlineAppend: 'usrhash=00' }, 'build/bad-cmdline'],
    [{ version: '1.2.3', cmdlineAppend: 'a\nb' }, 'build/bad-cmdline'],
    [{ version: '1.2.3', initramfsStamp: 'ä' }, 'build/bad-stamp'],
  ] as const)
    assert.throws(() => checkVariant(variant), { code })
})
