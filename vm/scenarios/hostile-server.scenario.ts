import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureRelease } from '@afloat/build/release'
import { isSoak, seededRandom } from '@afloat/build/testkit/seed'
import { type HostileBehaviour, hostileBehaviours, startHostileServer } from '../hostile-server.ts'
import type { Machine } from '../machine.ts'
import { freePort } from '../ports.ts'
import { fwCfgNames } from './config.ts'
import { releases, silently, webConfigOnDemand } from './fleet.ts'
import { Lab } from './lab.ts'
import { fetchPage, waitUntilReady } from './ready.ts'
import { assertVerified, assertWhole, bootEntries, describe, order, readStatus, updateTo } from './updates.ts'

const lab = await Lab.open()
after(() => lab.close())

type Refused = Partial<Record<HostileBehaviour, string>>

/** Behaviours that must keep a machine from updating, and the code that says why. */
const important: Refused = {
  'wrong-signature': 'release/bad-signature',
  unsigned: 'release/unsigned',
  'replayed-version': 'update/offer-differs',
  downgrade: 'update/plan-refused',
  'wrong-payload': 'update/frame-damaged',
  'size-too-small': 'update/bad-range',
  'size-too-large': 'update/bad-range',
  'endless-manifest': 'release/bad-signatures',
  slow: 'update/stalled',
  'close-at-99': 'update/unreachable',
  'redirect-loop': 'update/redirects',
  'redirect-file': 'update/unreachable',
  'malformed-xml': 'omaha/malformed-xml',
  'huge-xml': 'update/too-large',
  'entity-bomb': 'omaha/doctype',
}

const others: Refused = {
  'wrong-key': 'release/wrong-key',
  'truncated-head': 'release/truncated',
  garbage: 'release/not-a-bundle',
  stall: 'update/stalled',
  'http-500': 'update/http-status',
  'http-404': 'update/http-status',
  'endless-xml': 'update/too-large',
  'slow-xml': 'update/stalled',
  'empty-answer': 'omaha/malformed-xml',
  'html-answer': 'omaha/doctype',
  'answer-500': 'update/http-status',
  'refused-check': 'omaha/refused',
  'file-url': 'omaha/incomplete-offer',
}

/**
 * All of them take a quarter of an hour. The same program meets every one in `host/update/update.integration.test.ts`, with
 * the same curl and devices; here a real slot, boot entry and container look on, of which nothing depends on the behaviour.
 */
const sampleSize = 3
const sample = seededRandom()
  .fork('hostile server')
  .shuffle(Object.keys(important) as HostileBehaviour[])
  .slice(0, sampleSize)
/**
 * In the order of the tables, also those of a sample: the machine goes on where it was interrupted, so that what is sent by
 * `close-at-99` is not fetched again, and a wrong byte in the middle, from `wrong-payload` after it, would never reach it.
 */
const refused = (
  isSoak()
    ? Object.entries({ ...important, ...others })
    : Object.entries(important).filter(([behaviour]) => sample.includes(behaviour as HostileBehaviour))
) as [HostileBehaviour, string][]

const older: readonly string[] = ['replayed-version', 'downgrade']

/** Where the machine finds the server, as examples/web.yaml says. */
const publicUrl = 'http://10.0.2.100:8080'

test('a hostile server cannot do more than keep a machine from updating', async (t) => {
  const bundles = {
    next: await ensureRelease({ ...releases.next, stage: silently }),
    older: await ensureRelease({ ...releases.older, stage: silently }),
  }
  const registry = await lab.webRegistry()
  const [port, web] = [await freePort(), await freePort()]
  const serve = (behaviour: HostileBehaviour) => {
    const bundle = (older.includes(behaviour) ? bundles.older : bundles.next).path
    return startHostileServer({ behaviour, bundle, port, publicUrl })
  }
  const options = {
    disk: await lab.newDisk(),
    ports: [{ host: web, guest: 80 }],
    guestForwards: [registry.guestForward, { address: '10.0.2.100', port: 8080, hostPort: port }],
    fwCfg: { [fwCfgNames[0]]: await webConfigOnDemand() },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await untilBlessed(machine)
    const before = await look(machine)
    for (const [behaviour, code] of refused) {
      await t.test(`a server that ${hostileBehaviours[behaviour]}`, async () => {
        const server = await serve(behaviour)
        try {
          const ordered = await order(machine, 'update')
          assert.equal(ordered?.error?.code, code, `${JSON.stringify(ordered)}\n${await describe(machine)}`)
          assert.notEqual(ordered?.code, 0)
          const { lastError, state, running } = await readStatus(machine)
          assert.deepEqual([lastError?.code, lastError?.message], [code, ordered?.error?.message])
          assert.ok(state === 'idle' || state === 'writing', state)
          assert.equal(running.version, lab.version)
          assert.deepEqual(await look(machine), before)
          assert.equal((await fetchPage(web)).status, 200)
        } finally {
          await server.stop()
        }
      })
    }
    await t.test('the machine updates once the server behaves', async () => {
      const server = await serve('good')
      try {
        await updateTo(machine, releases.next.version)
        const { version, usrRootHash } = bundles.next.manifest
        await assertWhole(machine, [{ version, rootHash: usrRootHash }], [web])
      } finally {
        await server.stop()
      }
    })
  })
  t.diagnostic(`hostile behaviours: ${refused.length}`)
})

/** Waits until the image counts as good; from then on nothing but updates writes to its slot and its entry. */
async function untilBlessed(machine: Machine): Promise<void> {
  const end = Date.now() + 120_000
  while ((await bootEntries(machine)).join() !== `afloat_${lab.version}`) {
    if (Date.now() > end) throw new Error(`The image is not found good:\n${await describe(machine)}`)
    await sleep(1000)
  }
}

type Look = { readonly writes: readonly string[]; readonly entries: readonly string[] }

/** What no server may change: writes to the running slot since the machine started, and the boot entries. */
async function look(machine: Machine): Promise<Look> {
  await assertVerified(machine, lab.image.manifest.usrRootHash)
  // Source: Documentation/block/stat.rst: the fifth number counts writes
  const writes = await machine.sh(
    'for n in 2 3; do read -r _ _ _ _ w _ </sys/class/block/vda$n/stat; echo $w; done',
  )
  return { writes: writes.split('\n'), entries: await bootEntries(machine) }
}
