import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { repoDir } from '@afloat/build/paths'

const dir = mkdtempSync(join(tmpdir(), 'afloat-b2c-image-'))
after(() => rmSync(dir, { recursive: true }))

const image = (...args: readonly string[]) => afloat('b2c', 'image', ...args)

/** Runs the real command, which is to fail before it builds anything: the cache may not be written to. */
function afloat(...args: readonly string[]): [exit: number | null, err: string] {
  const { status, stderr } = spawnSync(process.execPath, [join(repoDir, 'apps/cli/main.ts'), ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, AFLOAT_CACHE: '/proc/none' },
  })
  return [status, stderr.replaceAll(`${dir}/`, '')]
}

const run = ['--cmdline', 'b2c.run=r.example/a']

test('b2c image wants one command line, and checks it first', () => {
  const [exit, err] = image()
  assert.equal(exit, 2)
  assert.match(err, /^error: Cannot write an image: pass the kernel command line, either .*\nhint: /)
  assert.equal(image(...run, '--file', 'x')[0], 2)

  const [bad, why] = image(...run, '--cmdline', 'b2c.pipefial')
  assert.equal(bad, 1)
  assert.match(why, /^\ncommand line:1:21: error: Unknown parameter "b2c\.pipefial"/)
  writeFileSync(join(dir, 'long'), `b2c.run=r.example/a ${'x=y '.repeat(600)}\n`)
  assert.match(
    image('--file', 'long')[1],
    /\nlong:1:2048: error: Command line has 24\d\d bytes: the kernel takes 2047/,
  )
  assert.deepEqual(image('--file', 'none'), [
    1,
    'error: Cannot read "none": there is no such file (config/unreadable)\n',
  ])
})

test('b2c image counts what it adds as part of the command line', () => {
  const room = 2047 - 'b2c.run=r.example/a x= b2c.cache_device=auto'.length
  const words = (length: number) => [...run, '--cmdline', `x=${'y'.repeat(length)}`]
  assert.match(image(...words(room + 1), '--cache', '64M')[1], /b2c\/cmdline-too-long/)
  assert.doesNotMatch(image(...words(room), '--cache', '64M')[1], /b2c\/cmdline-too-long/)
  assert.doesNotMatch(image(...words(room + 1))[1], /b2c\/cmdline-too-long/)
})

test('b2c image --iso leaves room in the command line for what a BIOS boot loader adds', () => {
  const words = (length: number) => [...run, '--iso', '--cmdline', `x=${'y'.repeat(length)}`]
  const room = 2047 - 'b2c.run=r.example/a x= BOOT_IMAGE=kernel initrd=initrd'.length
  assert.match(image(...words(room + 1))[1], /b2c\/cmdline-too-long/)
  assert.doesNotMatch(image(...words(room))[1], /b2c\/cmdline-too-long/)
  assert.doesNotMatch(image(...words(room + 1), '--arch', 'aarch64')[1], /b2c\/cmdline-too-long/)
  assert.match(image(...words(1), '--cache', '1G')[1], /'--iso' cannot be used with option '--cache <size>'/)
})

test('b2c image knows its packs, and takes no image that is none', () => {
  const [exit, err] = image(...run, '--with', 's3,nope')
  assert.equal(exit, 2)
  assert.match(err, /There is no pack "nope"\. Packs are https, s3/)
  assert.match(image(...run, '--seed', 'none.tar')[1], /^error: Cannot use image "none\.tar": there is no/)
  assert.match(image(...run, '--ca', 'none.pem')[1], /b2c\/bad-certificate/)
  assert.match(image(...run, '--cache', '1M')[1], /Expected at least 64M/)
  assert.match(image(...run, '--cache', 'x')[1], /Expected a size, such as 512M or 4G/)
})

test('b2c image says at once where it cannot write, and leaves nothing', () => {
  const cases: [output: string, why: string][] = [
    [dir, 'it is a directory'],
    ['/dev/null', 'it is no regular file'],
    ['/proc/none/b2c.img', 'there is no such file'],
  ]
  for (const [output, why] of cases) {
    const [exit, err] = image(...run, '--output', output)
    assert.equal(exit, 1)
    assert.ok(
      err.startsWith(`error: Cannot write "${output}": ${why} (output/unwritable)\nhint: Name a file`),
    )
  }
  image(...run, '--output', 'b2c.img')
  assert.ok(!existsSync(join(dir, 'b2c.img')))
})

test('whatever builds into a folder says at once that it cannot', () => {
  for (const command of [
    ['b2c', 'build'],
    ['image', 'build'],
    ['release', 'build'],
  ])
    for (const [output, why] of [
      ['/proc/none', 'there is no such file'],
      ['/dev/null', 'it is no folder'],
    ] as const) {
      const [exit, err] = afloat(...command, '--output', output)
      assert.equal(exit, 1)
      assert.equal(
        err,
        `error: Cannot write "${output}": ${why} (output/unwritable)\nhint: Name a folder that you may write to with --output\n`,
      )
    }
})
