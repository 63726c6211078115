import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { dhcpScript } from './dhcp-script.ts'

test('a lease is there only when its name servers are, beside those of other interfaces', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'afloat-dhcp-'))
  try {
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
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
