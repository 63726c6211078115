import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { SmallSite } from '@afloat/netboot/testing/small-site'

/** Starts the real command; `said` resolves with its talk once that matches, or it has ended. */
function serve(site: SmallSite, ...more: readonly string[]) {
  const args = ['b2c', 'serve', site.imagesDir, '--machines', site.machinesPath, '--port', '0', ...more]
  const child = spawn(process.execPath, [join(repoDir, 'apps/cli/main.ts'), ...args])
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (text.out += chunk))
  const ended = once(child, 'close').then(([code]) => code as number)
  const said = (pattern: RegExp) =>
    Promise.race([
      ended.then(() => text.err),
      new Promise<string>((resolve) => {
        child.stderr.on('data', (chunk) => {
          text.err += chunk
          if (pattern.test(text.err)) resolve(text.err)
        })
      }),
    ])
  return { child, text, ended, said }
}

test('b2c serve says where it is, logs a boot as JSON, and ends at a signal', async () => {
  await using site = await SmallSite.make()
  const { child, text, ended, said } = serve(site, '--json')
  const talk = await said(/boot\.ipxe\n/)
  const url = /iPXE starts from +(http:\S+)/.exec(talk)?.[1]
  assert.ok(url !== undefined, talk)
  await (await fetch(`${url}?mac=525400123456`)).text()
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
  const { time, ...event } = JSON.parse(text.out) as Record<string, unknown>
  assert.ok(typeof time === 'string')
  assert.deepEqual([event['event'], event['machine'], event['profile']], ['boot', 'board-1', 'ci'])
})

test('b2c serve does not start with a command line that would not boot', async () => {
  await using site = await SmallSite.make()
  await site.write('machines.yaml', 'profiles:\n  - {name: a, cmdline: b2c.rum=x}\ndefault: a\n')
  const { ended, said } = serve(site)
  assert.match(
    await said(/never/),
    /machines\.yaml:2:24: error: Unknown parameter "b2c\.rum" \(b2c\/unknown-parameter\)/,
  )
  assert.equal(await ended, 1)
})

test('b2c serve wants a folder for certificates when there is to be no HTTP', async () => {
  await using site = await SmallSite.make()
  const { ended, said } = serve(site, '--no-http')
  assert.match(await said(/never/), /'--no-http' needs '--tls <DIR>'/)
  assert.equal(await ended, 2)
})
