import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { type Machine, startMachine } from '../machine.ts'
import { bootsOf, host, startNetbootServer, writeTinyImages } from './netboot.ts'
import { makeScratchDir } from './scratch.ts'

const tools = await ensureToolsTree()
const dir = await makeScratchDir()
after(() => rm(dir, { recursive: true }))
await writeTinyImages(tools, join(dir, 'images'))

const mac = '52:54:00:12:34:56'
/** What iPXE would take for its own, or put together: it must arrive as it is written. */
const odd = `a=b b2c.run_post="r.example/b sh -c 'echo  two   blanks; true && echo $HOME || false # end'" ; #`

const machines = `
profiles:
  - name: ci
    cmdline: console=ttyS0 quiet b2c.run=r.example/a
    packs: hello
machines:
  - name: board-1
    mac: ${mac}
    profile: ci
    cmdline: ${JSON.stringify(odd)}
`

let count = 0

async function boot(bootFile: string, address: string): Promise<Machine> {
  return await startMachine({
    name: `netboot-${process.pid}-${++count}`,
    tools,
    network: { bootFile, mac: address },
    memoryMiB: 512,
    ssh: false,
    exec: false,
  })
}

test('a machine boots from the network with the command line that is its own, and packs join the initramfs', async () => {
  const server = await startNetbootServer(dir, { machines })
  try {
    await using machine = await boot(server.urls[0]!, mac)
    await machine.console.expect(/Afloat boots board-1, profile ci/)
    const { match } = await machine.console.expect(/Command line <(.*)>/)
    assert.equal(match[1], `console=ttyS0 quiet b2c.run=r.example/a ${odd}`)
    await machine.console.expect(/Pack <hello>/)
    assert.equal((await machine.exited).code, 0)
    assert.deepEqual(bootsOf(server.events), ['board-1 ci'])
  } finally {
    await server.stop()
  }
})

test('a machine that nobody has listed says so, and boots by itself once the file has been changed', async () => {
  const server = await startNetbootServer(dir, {
    machines,
    tftp: { ipxeDir: join(tools.dir, 'usr/lib/ipxe'), port: 0 },
  })
  try {
    await using machine = await boot(`tftp://${host}:${server.tftpPort}/autoexec.ipxe`, '52:54:00:12:34:57')
    await machine.console.expect(/Afloat does not know 52:54:00:12:34:57, UUID/)
    await machine.console.expect(/Did not boot: press s for a shell, or wait 10 s/)
    await server.setMachines(`${machines}default: ci\n`)
    const { match } = await machine.console.expect(/Command line <(.*)>/)
    assert.equal(match[1], 'console=ttyS0 quiet b2c.run=r.example/a')
    assert.equal((await machine.exited).code, 0)
    assert.deepEqual(bootsOf(server.events), ['- ci'])
    assert.ok(server.events.some((event) => event.event === 'sent' && event.by === 'tftp'))
  } finally {
    await server.stop()
  }
})
