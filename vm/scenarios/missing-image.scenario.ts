import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { freePort } from '../ports.ts'
import { guestRegistry } from '../registry.ts'
import { configOf, fwCfgNames, localRegistryFile } from './config.ts'
import { Lab } from './lab.ts'
import { failedUnits, fetchPage } from './ready.ts'

const lab = await Lab.open()
after(() => lab.close())

const config = configOf(`
hostname: missing
storage:
  files:${localRegistryFile}
containers:
  - { name: web, image: "${guestRegistry}/web:1", ports: ["80:80"] }
  - { name: ghost, image: "${guestRegistry}/ghost:1", restart: "no" }
`)

test('a container image that does not exist fails its unit, visibly, and no other', async () => {
  const registry = await lab.webRegistry()
  const port = await freePort()
  const options = {
    disk: await lab.newDisk(),
    ports: [{ host: port, guest: 80 }],
    guestForwards: [registry.guestForward],
    fwCfg: { [fwCfgNames[0]]: config },
  }
  await lab.withMachine(options, async (machine) => {
    await machine.waitForExec()
    const { stdout } = await machine.exec('systemctl is-system-running --wait', { timeoutMs: 300_000 })
    assert.equal(stdout.trim(), 'degraded')
    assert.deepEqual(await failedUnits(machine), ['ghost.service'])
    assert.match(
      (await machine.exec('systemctl status ghost.service')).stdout,
      /Active: failed \(Result: exit-code\)/,
    )
    assert.match(
      await machine.sh('journalctl --no-pager -u ghost.service'),
      /ghost:1.*(?:manifest unknown|not found)/,
    )
    assert.equal(await machine.sh('systemctl is-active multi-user.target web.service'), 'active\nactive')
    const page = await readFile(join(repoDir, 'examples/web/www/index.html'), 'utf8')
    assert.deepEqual(await fetchPage(port), { status: 200, body: page })
  })
})
