import { encodeBase64 } from '@afloat/ignition/base64'
import { compareVersions } from '@afloat/release'
import { FakeSys } from '../../sys/fake-sys.ts'
import { parseConfig } from '../config.ts'
import type { ActOrder, Host, RunningRelease, Survey } from '../host.ts'
import { places } from '../places.ts'
import type { UpdateRecord } from '../record.ts'
import type { UpdateRequest } from '../request.ts'
import { type Outcome, runUpdate } from '../run-update.ts'
import { Session } from '../session.ts'
import { loadRecord } from '../store.ts'
import { addPrograms } from './fake-programs.ts'
import { fakeKey, identityOf, rootHashOf } from './fake-release.ts'
import { FakeServer } from './fake-server.ts'
import { type Entry, type FileHost, fileHost, trialPath, verdictPath } from './file-host.ts'

/** Thrown by everything that a program does after it was killed. */
export class Killed extends Error {}

/**
 * A machine with two slots, a boot loader that counts and a health gate, all of it in the files of a `FakeSys`, so that
 * a kill at any change of a file is a kill at any step.
 */
export class FakeMachine {
  readonly sys = new FakeSys()
  readonly server = new FakeServer()
  readonly room = { freeBytes: 1e9, usrBytes: 1e9, verityBytes: 1e9, espBytes: 1e9 }
  running: RunningRelease
  booted: string
  life = { bootId: 'boot-1', softReboots: 0 }
  survey: Survey = { host: { systemdSoftReboot: true, kexec: false }, survivors: [], others: [] }
  gateStarts = 0
  /** What is wrong with a release; it fails its health check then. */
  readonly sick = new Map<string, string>()
  /** Versions whose kernel does not come up at all. */
  readonly dead = new Set<string>()
  /** Thrown when a switch is ordered. */
  actError: Error | undefined
  #ordered: ActOrder | undefined
  readonly #files: FileHost = fileHost(this.sys, '', () => this.running)
  #kernels = new Map<string, string>()

  constructor(version = '1.0.0', config: Record<string, unknown> = {}) {
    const rootHash = rootHashOf(version)
    this.running = { version, rootHash, slot: 'a' }
    this.booted = version
    addPrograms(this.sys, this.room)
    this.server.install(this.sys)
    for (const slot of ['a', 'b']) {
      for (const part of ['usr', 'verity']) this.sys.addFile(`/slots/${slot}.${part}`, new Uint8Array())
      this.sys.addFile(`/slots/${slot}`, slot === 'a' ? rootHash : 'nothing')
    }
    this.sys.makeDirs('/esp')
    this.#files.putEntry({ version, rootHash, triesDone: 0 })
    this.sys.addFile('/etc/machine-id', 'a'.repeat(32))
    this.sys.addFile(places.config, JSON.stringify({ ...defaults, ...config }))
  }

  /** One run of the agent in this life. */
  run(request?: Omit<UpdateRequest, 'id'> & { readonly id?: string }): Outcome {
    const { sys } = this
    const config = parseConfig(sys.readText(places.config)!)
    const record = loadRecord(sys, this.running.version)
    const session = new Session({ sys, host: this.host, config, record })
    return runUpdate(session, request && { id: `${sys.nowMs()}-1`, ...request })
  }

  get record(): UpdateRecord {
    return loadRecord(this.sys, this.running.version)
  }

  /** Says that a release has another kernel than "k1". */
  setKernel(version: string, kernel: string): void {
    this.#kernels.set(version, kernel)
  }

  /** Kills the agent at the nth change of a file from now on. Returns a function that tells whether it came to that. */
  killAt(change: number): () => boolean {
    let count = 0
    this.sys.fault = () => {
      count++
      if (count >= change) throw new Killed()
      return undefined
    }
    return () => count >= change
  }

  /** What was killed is gone, and the machine lives on. */
  revive(): void {
    this.sys.fault = () => undefined
  }

  /** The switch that was ordered happens, and the health gate does its work. Returns whether one was ordered. */
  nextLife(): boolean {
    const order = this.#ordered
    this.#ordered = undefined
    if (order === undefined) return false
    const from = this.running
    if (order.action !== 'soft-reboot') {
      this.boot()
      return true
    }
    this.#enter(order.target.version, order.target.rootHash)
    this.life = { ...this.life, softReboots: this.life.softReboots + 1 }
    if (this.judge() === 'failed') {
      this.#enter(from.version, from.rootHash)
      this.life = { ...this.life, softReboots: this.life.softReboots + 1 }
    }
    return true
  }

  /** Power off and on again, at any moment. */
  powerCut(): void {
    this.revive()
    this.#ordered = undefined
    this.sys.remove('/run', { recursive: true })
    this.boot()
  }

  /** Firmware, boot loader and health gate. Throws when no release that is whole would start. */
  boot(): void {
    for (let turns = 0; turns < 20; turns++) {
      const bootable = this.entries().filter(({ triesLeft }) => triesLeft !== 0)
      const candidates = bootable.length > 0 ? bootable : this.entries()
      const chosen = candidates.sort((a, b) => compareVersions(b.version, a.version))[0]
      if (chosen === undefined) throw new Error('Nothing to boot')
      if (chosen.triesLeft !== undefined && chosen.triesLeft > 0)
        this.#files.putEntry({ ...chosen, triesLeft: chosen.triesLeft - 1, triesDone: chosen.triesDone + 1 })
      if (this.dead.has(chosen.version)) continue
      this.#enter(chosen.version, chosen.rootHash)
      this.life = { bootId: `${this.life.bootId}+`, softReboots: 0 }
      this.booted = chosen.version
      const counts = this.entry(chosen.rootHash)?.triesLeft !== undefined
      if (!counts || this.judge() === 'good') return
    }
    throw new Error('Boots for ever')
  }

  /** The health gate. */
  judge(): 'good' | 'failed' {
    const { version, rootHash } = this.running
    const reason = this.sick.get(version)
    const entry = this.entry(rootHash)!
    const outcome = reason === undefined ? 'good' : 'failed'
    if (outcome === 'good') {
      this.#files.putEntry({ version: entry.version, rootHash, triesDone: 0 })
      for (const other of this.entries())
        if (other.rootHash !== rootHash && other.triesLeft === undefined)
          this.#files.putEntry({ ...other, triesLeft: 0 })
    } else {
      this.#files.putEntry({ ...entry, triesLeft: 0 })
    }
    const verdict = { version, rootHash, outcome, reason: reason ?? '', code: 'health/probe-failed', atMs: 0 }
    this.sys.makeDirs(places.home)
    this.sys.writeFile(verdictPath, JSON.stringify(verdict))
    return outcome
  }

  entries(): Entry[] {
    return this.#files.entries()
  }

  entry(rootHash: string): Entry | undefined {
    return this.entries().find((entry) => entry.rootHash === rootHash)
  }

  #enter(version: string, rootHash: string): void {
    const slot = this.#files.slotOf(rootHash)
    if (slot === undefined) throw new Error(`Release ${version} is in no slot`)
    this.running = { version, rootHash, slot }
  }

  readonly host: Host = {
    ...this.#files,
    running: () => this.running,
    identities: () => ({
      running: identityOf(this.running.version, this.#kernels.get(this.running.version)),
      booted: identityOf(this.booted, this.#kernels.get(this.booted)),
    }),
    life: () => this.life,
    room: () => this.room,
    survey: () => this.survey,
    act: (order) => {
      if (this.actError !== undefined) throw this.actError
      const { version, rootHash, rollback } = order.target
      this.sys.writeFile(trialPath, JSON.stringify({ version, rootHash }))
      this.sys.remove(verdictPath)
      this.#files.putEntry({ version, rootHash, triesLeft: 3, triesDone: 0 })
      const current = this.entry(this.running.rootHash)
      if (rollback === true && order.action !== 'soft-reboot' && current !== undefined)
        this.#files.putEntry({ ...current, triesLeft: 0 })
      this.#ordered = order
    },
    startGate: () => {
      this.gateStarts++
      this.judge()
    },
  }
}

const defaults = {
  apiVersion: 'afloat/v1',
  kind: 'UpdateConfig',
  server: 'http://server/v1/update/',
  group: 'stable',
  publicKeys: [encodeBase64(fakeKey)],
  strategy: 'auto',
  automatic: true,
  settleSec: 60,
  health: [],
}
