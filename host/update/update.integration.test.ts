import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { bundleHostProgram } from '../../build/bundle.ts'
import { generateKey, type KeyPair, loadPrivateKey } from '../../build/keys.ts'
import { type MachineRoot, makeMachineRoot } from '../../build/testkit/machine-root.ts'
import { isSoak, seededRandom } from '../../build/testkit/seed.ts'
import { writeBundle } from '../../build/write-bundle.ts'
import { type HostileBehaviour, type HostileServer, startHostileServer } from '../../vm/hostile-server.ts'
import type { UpdateRecord } from './record.ts'
import { identityOf, rootHashOf } from './testing/fake-release.ts'

// The real agent on real qjs, with the machine's own curl, openssl, sha256sum and zstd, against real servers.
const tree = process.env['AFLOAT_TEST_ROOT']
const skip =
  tree === undefined
    ? 'AFLOAT_TEST_ROOT is not set: it must name an unpacked OS tree'
    : process.getuid?.() === 0
      ? !existsSync(`${tree}/usr/bin/qjs`) && `"${tree}" is no OS tree: it has no usr/bin/qjs`
      : 'Mounting needs root'

/** What the agent makes of each behaviour: the state it ends in, or the code of the error it records. */
const expected: Readonly<Record<HostileBehaviour, string>> = {
  good: 'acting',
  'wrong-signature': 'release/bad-signature',
  'wrong-key': 'release/wrong-key',
  unsigned: 'release/unsigned',
  'replayed-version': 'update/offer-differs',
  downgrade: 'update/plan-refused',
  'wrong-payload': 'update/frame-damaged',
  // What counts is the signed manifest, which has a checksum for each piece.
  'wrong-digest': 'acting',
  'truncated-head': 'release/truncated',
  garbage: 'release/not-a-bundle',
  'size-too-small': 'update/bad-range',
  'size-too-large': 'update/bad-range',
  'endless-body': 'acting',
  'endless-manifest': 'release/bad-signatures',
  slow: 'update/stalled',
  stall: 'update/stalled',
  'close-at-99': 'update/unreachable',
  'close-once': 'acting',
  'range-ignored': 'acting',
  'wrong-content-range': 'update/bad-range',
  'wrong-range-bytes': 'update/frame-damaged',
  'redirect-loop': 'update/redirects',
  'redirect-file': 'update/unreachable',
  'http-500': 'update/http-status',
  'http-404': 'update/http-status',
  'malformed-xml': 'omaha/malformed-xml',
  'huge-xml': 'update/too-large',
  'endless-xml': 'update/too-large',
  'slow-xml': 'update/stalled',
  'entity-bomb': 'omaha/doctype',
  'empty-answer': 'omaha/malformed-xml',
  'html-answer': 'omaha/doctype',
  'answer-500': 'update/http-status',
  'refused-check': 'omaha/refused',
  'file-url': 'omaha/incomplete-offer',
}

/** These offer an older release. */
const older: readonly string[] = ['replayed-version', 'downgrade']

// Some wait for half a minute and longer, which costs nothing: several at once.
describe('update.js', { skip, concurrency: 4 }, () => {
  let dir: string
  let keys: KeyPair
  const inputs: Record<string, string> = {}

  before(async () => {
    dir = await mkdtemp('/tmp/afloat-update-')
    await generateKey(join(dir, 'release'))
    keys = await loadPrivateKey(join(dir, 'release.key'))
    await writeFile(join(dir, 'agent.js'), await bundleHostProgram('host/update/testing/quickjs-agent.ts'))
    for (const [name, parts] of Object.entries(contents)) {
      inputs[name] = join(dir, name)
      await writeFile(inputs[name], Buffer.concat(parts()))
    }
    for (const version of ['0.9.0', '1.1.0']) await writeRelease(version)
  })
  after(() => rm(dir, { recursive: true, force: true }))

  /** Runs version 1.0.0 from slot a. */
  async function newMachine(t: TestContext): Promise<MachineRoot> {
    const machine = await makeMachineRoot(tree!, 512)
    t.after(() => machine.stop())
    const slots = join(machine.dir, 'machine/slots')
    await writeFile(join(slots, 'a'), rootHashOf('1.0.0'))
    await writeFile(join(slots, 'b'), 'nothing')
    for (const slot of ['a', 'b'])
      for (const part of ['usr', 'verity'])
        await writeFile(join(slots, `${slot}.${part}`), slot === 'a' ? 'running' : '')
    const entry = { version: '1.0.0', rootHash: rootHashOf('1.0.0'), triesDone: 0 }
    await writeFile(join(machine.dir, 'machine/esp/1.0.0'), JSON.stringify(entry))
    await writeFile(join(machine.dir, 'etc/machine-id'), 'a'.repeat(32))
    await copyFile(join(dir, 'agent.js'), join(machine.dir, 'agent.js'))
    return machine
  }

  async function writeRelease(version: string): Promise<void> {
    const artefacts = Object.entries(inputs).map(([name, path]) => ({ name, path }))
    const manifest = { ...identityOf(version), usrRootHash: rootHashOf(version), artefacts }
    await writeBundle(manifest, [keys], join(dir, `${version}.afloat`))
  }

  async function serve(machine: MachineRoot, behaviour: HostileBehaviour): Promise<HostileServer> {
    const version = older.includes(behaviour) ? '0.9.0' : '1.1.0'
    const server = await startHostileServer({ behaviour, bundle: join(dir, `${version}.afloat`) })
    const config = {
      apiVersion: 'afloat/v1',
      kind: 'UpdateConfig',
      server: `${server.url}/v1/update/`,
      group: 'stable',
      publicKeys: [keys.publicKey.text],
    }
    const home = join(machine.dir, 'etc/afloat')
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'update.json'), JSON.stringify(config))
    // Without this the next run would wait for its time.
    const requests = join(machine.dir, 'run/afloat/update/requests')
    await mkdir(requests, { recursive: true })
    await writeFile(join(requests, '1-1.json'), '{"kind":"update"}')
    return server
  }

  const agent = 'qjs --std --no-unhandled-rejection -m /agent.js 2'

  async function readRecord(machine: MachineRoot): Promise<UpdateRecord> {
    return JSON.parse(await readFile(join(machine.dir, 'var/lib/afloat/update/state.json'), 'utf8'))
  }

  async function assertWritten(machine: MachineRoot): Promise<void> {
    for (const part of ['usr', 'verity']) {
      const [found, wanted] = [
        await readFile(join(machine.dir, `machine/slots/b.${part}`)),
        await readFile(inputs[part]!),
      ]
      assert.ok(found.equals(wanted), `slot b holds what was signed (${part})`)
    }
    const uki = await readFile(join(machine.dir, 'machine/esp/1.1.0.efi'))
    assert.ok(uki.equals(await readFile(inputs['uki']!)), 'the kernel image is what was signed')
  }

  for (const [behaviour, outcome] of Object.entries(expected) as [HostileBehaviour, string][]) {
    it(`ends in ${outcome} with a server: ${behaviour}`, { timeout: 400_000 }, async (t) => {
      const machine = await newMachine(t)
      const server = await serve(machine, behaviour)
      try {
        const run = await finish(machine.start(agent))
        const { state, lastError } = await readRecord(machine)
        assert.equal(lastError?.code ?? state.name, outcome, `${lastError?.message}\n${run.stderr}`)
        assert.equal(await readFile(join(machine.dir, 'machine/slots/a.usr'), 'utf8'), 'running')
        if (outcome === 'acting') {
          await assertWritten(machine)
        } else {
          assert.deepEqual(readdirSync(join(machine.dir, 'machine/esp')), ['1.0.0'], 'nothing is staged')
          assert.equal(await readFile(join(machine.dir, 'machine/slots/b'), 'utf8'), 'nothing')
        }
        assert.deepEqual(
          readdirSync(join(machine.dir, 'run/afloat/update')).filter((name) => name.startsWith('batch')),
          [],
          'no piece is left in memory',
        )
      } finally {
        await server.stop()
      }
    })
  }

  it('goes on after it was killed, wherever that was', { timeout: 1800_000 }, async (t) => {
    const machine = await newMachine(t)
    const random = seededRandom().fork('kill the agent')
    const kills = isSoak() ? 50 : 6
    const server = await serve(machine, 'good')
    const wholeMs = await (async () => {
      const startMs = performance.now()
      await finish(machine.start(agent))
      return performance.now() - startMs
    })()
    await server.stop()
    const states: Record<string, number> = {}
    for (let kill = 0; kill < kills; kill++) {
      const again = await serve(machine, 'good')
      await forget(machine)
      const child = machine.start(agent)
      const running = finish(child)
      const afterMs = random.int(0, Math.ceil(wholeMs))
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      killAll(child)
      await running
      const state = existsSync(join(machine.dir, 'var/lib/afloat/update/state.json'))
        ? (await readRecord(machine)).state.name
        : 'none'
      states[state] = (states[state] ?? 0) + 1
      await mkdir(join(machine.dir, 'run/afloat/update/requests'), { recursive: true })
      await writeFile(join(machine.dir, 'run/afloat/update/requests/1-2.json'), '{"kind":"update"}')
      const run = await finish(machine.start(agent))
      assert.equal(
        (await readRecord(machine)).state.name,
        'acting',
        `killed after ${afterMs} ms in ${state}: ${run.stderr}`,
      )
      await assertWritten(machine)
      await again.stop()
    }
    t.diagnostic(`${kills} kills within ${Math.round(wholeMs)} ms, by state: ${JSON.stringify(states)}`)
  })

  it('needs little memory (and shows its speed beside that of curl and dd)', {
    timeout: 300_000,
  }, async (t) => {
    const machine = await newMachine(t)
    const server = await serve(machine, 'good')
    try {
      const child = machine.start(agent)
      const sampler = sampleMemory(child.pid!, join(machine.dir, 'run/afloat/update/batches'))
      const marks = new Map<string, number>()
      child.stderr!.on('data', (text: string) => {
        for (const mark of ['idle -> writing', 'writing -> sealed'])
          if (String(text).includes(mark)) marks.set(mark, performance.now())
      })
      await finish(child)
      const { peak, batches } = sampler.stop()
      await assertWritten(machine)
      const writeMs = (marks.get('writing -> sealed') ?? 0) - (marks.get('idle -> writing') ?? 0)
      const startMs = performance.now()
      const pipe = `curl -s ${server.url}/bundles/bundle.afloat | dd of=/machine/slots/b.usr bs=4M iflag=fullblock conv=fsync`
      assert.equal((await finish(machine.start(`sh -c '${pipe}'`))).code, 0)
      const plainMs = performance.now() - startMs
      const mebibytes = (peak / MiB).toFixed(1)
      t.diagnostic(
        `write ${Math.round(writeMs)} ms, curl and dd ${Math.round(plainMs)} ms; peak ${mebibytes} MiB of the agent and its programs`,
      )
      assert.ok(peak > 0 && peak < 64 * MiB, `${peak} bytes`)
      assert.ok(batches > 0 && batches <= 2, `${batches} batches in memory at once`)
    } finally {
      await server.stop()
    }
  })
})

const MiB = 1024 * 1024

/** Some of it can be compressed and some cannot; the last piece of each is short. */
const contents: Readonly<Record<string, () => Buffer[]>> = {
  usr: () => [randomBytes(25 * MiB), Buffer.alloc(9 * MiB, 'Afloat '), randomBytes(7 * MiB + 12_288)],
  verity: () => [randomBytes(600_000)],
  uki: () => [randomBytes(9 * MiB + 1)],
}

/** As if nothing had been installed yet. */
async function forget(machine: MachineRoot): Promise<void> {
  await rm(join(machine.dir, 'var/lib/afloat'), { recursive: true, force: true })
  for (const name of ['1.1.0', '1.1.0.efi']) await rm(join(machine.dir, 'machine/esp', name), { force: true })
  await writeFile(join(machine.dir, 'machine/slots/b'), 'nothing')
}

type Run = { code: number | null; stdout: string; stderr: string }

function finish(child: ChildProcess): Promise<Run> {
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Kills the agent alone: what it has started ends by itself, as when the kernel is short of memory. */
function killAll(child: ChildProcess): void {
  for (const pid of descendants(child.pid!)) {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'qjs') process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

function descendants(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = Number(
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')[1],
      )
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // It has ended by itself.
    }
  }
  const found = [pid]
  for (const parent of found) found.push(...(children.get(parent) ?? []))
  return found
}

/**
 * Adds up what a program and all that it starts take of the machine's memory, and counts the batches in `folder` of which
 * something is there, fifty times a second. Returns the highest of both.
 */
function sampleMemory(pid: number, folder: string): { stop(): { peak: number; batches: number } } {
  let peak = 0
  let batches = 0
  const timer = setInterval(() => {
    batches = Math.max(
      batches,
      namesIn(folder).filter((name) => namesIn(join(folder, name)).includes('0')).length,
    )
    let bytes = 0
    for (const one of descendants(pid)) {
      try {
        bytes +=
          1024 * Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
      } catch {
        // It has ended by itself.
      }
    }
    peak = Math.max(peak, bytes)
  }, 20)
  return {
    stop() {
      clearInterval(timer)
      return { peak, batches }
    },
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
