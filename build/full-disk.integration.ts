import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { cacheDir } from './cache.ts'
import { repoDir } from './paths.ts'
import { ensureToolsTree } from './tools-tree.ts'

/** Runs shell commands in a mount namespace of their own, with a disk of `mib` MiB at `dir`. */
function onSmallDisk(dir: string, mib: number, script: string) {
  const setUp = `mount -t tmpfs -o size=${mib}M tmpfs "${dir}" && ln -s "${cacheDir()}/tools" "${dir}/tools"`
  return spawnSync('unshare', ['--mount', 'sh', '-c', `${setUp} && ${script}`], {
    encoding: 'utf8',
    env: {
      ...process.env,
      AFLOAT_CACHE: dir,
      NODE: process.execPath,
      CLI: join(repoDir, 'apps/cli/main.ts'),
    },
  })
}

test('image build: a full disk is said, and nothing half-written is used later', async () => {
  await ensureToolsTree()
  await mkdir(cacheDir(), { recursive: true })
  const dir = await mkdtemp(join(cacheDir(), 'full-'))
  try {
    // Room for the packages but not for the image; then the disk grows, and the same command succeeds.
    const build = '"$NODE" "$CLI" image build --version 9.8.7'
    const script = [
      `${build}; echo "first=$?"`,
      `ls -d "$AFLOAT_CACHE"/*/* | grep -c partial`,
      `mount -o remount,size=3G "$AFLOAT_CACHE"`,
      `${build} >/dev/null; echo "second=$?"`,
    ].join('; ')
    const { stdout, stderr } = onSmallDisk(dir, 420, script)
    assert.match(stdout, /^first=1$/m, stderr)
    assert.match(stdout, /^second=0$/m, stderr)
    assert.match(stdout, /^0$/m, 'a partial result was left behind')
    assert.match(stderr, /No space left on device|ENOSPC/)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
