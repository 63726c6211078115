import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ensurePack } from '@afloat/build/boot2container/packs'
import { testImageName } from '@afloat/build/boot2container/test-image'
import { B2cLab } from './b2c-lab.ts'

const lab = await B2cLab.open('x86_64', 'metal')
after(() => lab.close())

const packs = (names: readonly Parameters<typeof ensurePack>[1][]) =>
  Promise.all(names.map((name) => ensurePack(lab.base, name)))

/** The driver of this card gives it firmware when it is brought up. */
const card = 'i82559c'
const script =
  'for i in $(seq 300); do ip -4 addr show eth0 | grep -q inet && break; sleep 0.1; done; dumpkmap | md5sum'
const words = ['b2c.pull=missing b2c.keymap=de', `b2c.run="${testImageName} sh -c '${script}'"`]

async function boot(archives: readonly string[]): Promise<{ keymap: string; warned: string[] }> {
  return await lab.withMachine(words, { archives, networkCard: card }, async ({ machine, report }) => {
    const { match } = await machine.console.expect(/^([0-9a-f]{32}) +-$/, { timeoutMs: 120_000 })
    assert.equal((await report.waitForStatus()).status, 0)
    await machine.exited
    const warned = (await report.stages()).filter(({ state }) => state === 'warned')
    return { keymap: match[1]!, warned: warned.map(({ code }) => code ?? '') }
  })
}

test('firmware and keymaps come from their packs, and a machine without says which packs it lacks', async () => {
  const [modules, ...others] = await packs(['modules', 'firmware', 'keymaps'])
  const without = await boot([modules!])
  assert.deepEqual(without.warned, ['b2c/keymap-missing', 'b2c/firmware-missing'])
  const complete = await boot([modules!, ...others])
  assert.deepEqual(complete.warned, [])
  assert.notEqual(complete.keymap, without.keymap)
})
