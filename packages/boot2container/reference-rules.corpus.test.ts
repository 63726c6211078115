import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { parsePipeline } from '@afloat/boot2container'
import { seededRandom } from '@afloat/build/testkit/seed'
import type { CacheDevice, Container, PipelineConfig } from './config.ts'
import { randomCmdline } from './testing/random-cmdline.ts'

const RULES = join(import.meta.dirname, 'testing/reference-rules.sh')

/** What the reference's rules make of each command line, in lines as the script writes them. */
function askReference(cmdlines: readonly string[]): string[][] {
  const { stdout, stderr } = spawnSync('sh', [RULES], {
    input: cmdlines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  assert.equal(stderr, '')
  return stdout
    .split('end\n')
    .slice(0, -1)
    .map((text) => text.trimEnd().split('\n'))
}

/** A config in the same lines. */
function dump(config: PipelineConfig): string[] {
  const line = (...fields: (string | number | undefined)[]) => fields.map((field) => field ?? '').join('\x1f')
  const items = (list: readonly string[]) => list.map((item) => `\x1e${item}`).join('')
  const container =
    (kind: string) =>
    ({ args }: Container) =>
      line(kind, ...args)
  return [
    ...config.services.map(container('service')),
    ...config.containers.map(container('run')),
    ...config.postContainers.map(container('post')),
    ...config.filesystems.map(({ name, source, type, options }) =>
      line('filesystem', name, source, type, options.join('|')),
    ),
    ...config.volumes.map((volume) =>
      line(
        'volume',
        volume.name,
        volume.filesystem,
        volume.pullFrom,
        volume.pushTo,
        volume.pullOn.join('|'),
        volume.pushOn.join('|'),
        volume.expiration,
        Number(volume.overwrite),
        Number(volume.remove),
        items(volume.exclude),
        volume.encryptKey,
        Number(volume.preserve),
        volume.fscryptKey,
        Number(volume.resetFscryptKey),
      ),
    ),
    ...config.s3Aliases.map(({ alias, url, key, secret }) => line('minio', alias, url, key, secret)),
    ...config.interfaces.map(({ name, dhcp, addresses, gateway, routes, nameservers, forward }) =>
      line(
        'iface',
        name,
        Number(dhcp),
        items(addresses),
        gateway,
        items(routes.map((route) => `${route.destination} via ${route.gateway}`)),
        items(nameservers),
        Number(forward),
      ),
    ),
    line(
      'rest',
      Number(config.pipefail),
      cacheText(config.cacheDevice),
      config.swapBytes,
      config.ntpPeer ?? 'none',
      config.extraArgs?.url,
      config.modules.join(','),
      config.hostname,
      config.keymap,
      config.poweroffDelaySec,
      config.shutdownCommand,
      config.rebootCommand,
    ),
  ]
}

function cacheText(device: CacheDevice): string {
  if (device.kind === 'device') return device.path
  return device.kind === 'filesystem' ? device.name : device.kind
}

test('parsePipeline() reads 1,000 random command lines as the reference rules do', () => {
  const random = seededRandom().fork('boot2container/reference-rules')
  const cmdlines = Array.from({ length: 1000 }, () => randomCmdline(random))
  const expected = askReference(cmdlines)
  assert.equal(expected.length, cmdlines.length)
  for (const [index, cmdline] of cmdlines.entries())
    assert.deepEqual(dump(parsePipeline(cmdline).config), expected[index], cmdline)
})

test('parsePipeline() reads extra arguments as if they followed the command line', () => {
  const random = seededRandom().fork('boot2container/extra-arguments')
  const pairs = Array.from({ length: 200 }, () => [randomCmdline(random), randomCmdline(random)] as const)
  const expected = askReference(pairs.map(([first, second]) => `${first} ${second}`))
  for (const [index, [first, second]] of pairs.entries()) {
    const { config } = parsePipeline(first, second)
    // The URL is fetched before the extra arguments are read.
    const url = parsePipeline(first).config.extraArgs?.url ?? ''
    const lines = expected[index]!.map((line) =>
      line.startsWith('rest') ? line.split('\x1f').with(5, url).join('\x1f') : line,
    )
    assert.deepEqual(dump(config), lines, `${first} | ${second}`)
  }
})
