import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ensurePack } from '@afloat/build/boot2container/packs'
import { testImageName } from '@afloat/build/boot2container/test-image'
import { B2cLab } from './b2c-lab.ts'

const lab = await B2cLab.open('x86_64', 'metal')
after(() => lab.close())

const packs = (names: readonly Parameters<typeof ensurePack>[1][]) =>
  Promise.all(names.map((name) => ensurePack(lab.base, name)))

/** Without firmware its driver does not bring this card up. */
const networkCard = 'i82551'
const script = [
  'for i in $(seq 300); do ip -4 addr show eth0 | grep -q inet && break',
  'dmesg | grep -q Failed.to.load.firmware && break; sleep 0.1; done',
  'ip -4 -o addr show eth0',
  'dumpkmap | md5sum',
].join('; ')
const words = ['b2c.pull=missing b2c.keymap=de', `b2c.run="${testImageName} sh -c '${script}'"`]

type Boot = { readonly keymap: string; readonly hasNetwork: boolean; readonly warned: readonly string[] }

async function boot(archives: readonly string[]): Promise<Boot> {
  return await lab.withMachine(words, { archives, networkCard }, async ({ machine, report }) => {
    const { match } = await machine.console.expect(/^([0-9a-f]{32}) +-$/, { timeoutMs: 120_000 })
    assert.equal((await report.waitForStatus()).status, 0)
    await machine.exited
    const stages = await report.stages()
    return {
      keymap: match[1]!,
      hasNetwork: /eth0 +inet 10\.0\.2\.15/.test(machine.console.tail(100)),
      warned: stages.flatMap(({ state, code = '' }) => (state === 'warned' ? [code] : [])),
    }
  })
}

test('firmware and keymaps come from their packs, and a machine without says what it lacks', async () => {
  const [modules, ...others] = await packs(['modules', 'firmware', 'keymaps'])
  const without = await boot([modules!])
  assert.deepEqual(without.warned, ['b2c/keymap-missing', 'b2c/firmware-missing'])
  assert.equal(without.hasNetwork, false)
  const complete = await boot([modules!, ...others])
  assert.deepEqual([complete.warned, complete.hasNetwork], [[], true])
  assert.notEqual(complete.keymap, without.keymap)
})
