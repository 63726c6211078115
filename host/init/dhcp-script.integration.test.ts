import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { dhcpScript } from './dhcp-script.ts'

test('a lease is there only when its name servers are, beside those of other interfaces', async () => {
  await inFolder(async (dir) => {
    const [resolvConf, leases, bin] = [join(dir, 'resolv.conf'), join(dir, 'leases'), join(dir, 'bin')]
    for (const folder of [leases, bin]) await mkdir(folder)
    const script = join(dir, 'script')
    await writeFile(script, dhcpScript({ resolvConf, leases }))
    // What is seen by who has waited for the lease: "seen" holds the name servers as a lease takes its name.
    await writeFile(
      join(bin, 'mv'),
      `#!/bin/sh\ncase $2 in ${leases}/*) cp ${resolvConf} ${dir}/seen ;; esac\nexec /bin/mv "$@"\n`,
    )
    await writeFile(join(bin, 'ip'), '#!/bin/sh\n')
    for (const name of ['mv', 'ip']) await chmod(join(bin, name), 0o755)
    const lease = async (event: string, name: string, dns: string) => {
      const env = { PATH: `${bin}:/bin`, interface: name, ip: '10.0.0.2', dns }
      await promisify(execFile)('sh', [script, event], { env })
      return [await readFile(join(dir, 'seen'), 'utf8'), await readFile(resolvConf, 'utf8')]
    }
    const [one, two, three] = ['1', '2', '3'].map((digit) => `nameserver 10.0.0.${digit}\n`)
    assert.deepEqual(await lease('bound', 'eth0', '10.0.0.1'), [one, one])
    assert.deepEqual(await lease('bound', 'eth1', '10.0.0.2'), [`${one}${two}`, `${one}${two}`])
    assert.equal((await lease('renew', 'eth0', '10.0.0.3'))[1], `${three}${two}`)
    assert.deepEqual((await readdir(leases)).sort(), ['eth0', 'eth1'])
    assert.deepEqual((await readdir(dir)).sort(), ['bin', 'leases', 'resolv.conf', 'script', 'seen'])
  })
})

test('what is wanted besides a lease is there before the lease is, and again when another one comes', async () => {
  await inFolder(async (dir) => {
    const [leases, additions, bin] = ['leases', 'additions', 'bin'].map((name) => join(dir, name))
    for (const folder of [leases!, additions!, bin!]) await mkdir(folder)
    const script = join(dir, 'script')
    await writeFile(
      script,
      dhcpScript({ resolvConf: join(dir, 'resolv.conf'), leases: leases!, additions: additions! }),
    )
    await writeFile(
      join(additions!, 'eth0'),
      'ip addr replace 10.9.0.2/24 dev eth0\necho nameserver 9.9.9.9\n',
    )
    for (const name of ['ip', 'mv'])
      await writeFile(
        join(bin!, name),
        `#!/bin/sh\necho ${name} "$@" >> ${dir}/log\n[ ${name} = ip ] || exec /bin/mv "$@"\n`,
      )
    for (const name of ['ip', 'mv']) await chmod(join(bin!, name), 0o755)
    const lease = async (event: string, name: string) => {
      const env = { PATH: `${bin}:/bin`, interface: name, ip: '10.0.0.2', mask: '24', dns: '10.0.0.1' }
      await writeFile(join(dir, 'log'), '')
      await promisify(execFile)('sh', [script, event], { env })
      const log = (await readFile(join(dir, 'log'), 'utf8')).split('\n')
      return log
        .slice(0, log.indexOf(`mv ${leases}/.${name} ${leases}/${name}`))
        .filter((line) => line.startsWith('ip'))
    }
    const [flush, leased, added] = [
      'ip -4 addr flush dev eth0',
      'ip addr replace 10.0.0.2/24 dev eth0',
      'ip addr replace 10.9.0.2/24 dev eth0',
    ]
    assert.deepEqual(await lease('bound', 'eth0'), [flush, leased, added])
    assert.deepEqual(await lease('renew', 'eth0'), [leased, added])
    assert.deepEqual(await lease('bound', 'eth0'), [flush, leased, added])
    assert.equal(
      await readFile(join(dir, 'resolv.conf'), 'utf8'),
      'nameserver 9.9.9.9\nnameserver 10.0.0.1\n',
    )
    assert.deepEqual(await lease('renew', 'eth1'), ['ip addr replace 10.0.0.2/24 dev eth1'])
  })
})

async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'afloat-dhcp-'))
  try {
    await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
