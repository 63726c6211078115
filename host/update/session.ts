import type { Sys } from '../sys/sys.ts'
import type { UpdateConfig } from './config.ts'
import type { Host, Survey } from './host.ts'
import { type Progress, writeProgress } from './progress-file.ts'
import type { State, StateName, UpdateRecord } from './record.ts'
import { saveRecord } from './store.ts'

const freshMs = 2 * 60_000

/** One run of the agent: the machine, what it is told, and what it remembers. */
export class Session {
  readonly sys: Sys
  readonly host: Host
  readonly config: UpdateConfig
  /** The version that this run is about, once a server has named it. */
  concerns: string | undefined
  #record: UpdateRecord
  #seen: { survey: Survey; atMs: number } | undefined

  constructor(parts: { sys: Sys; host: Host; config: UpdateConfig; record: UpdateRecord }) {
    this.sys = parts.sys
    this.host = parts.host
    this.config = parts.config
    this.#record = parts.record
  }

  get record(): UpdateRecord {
    return this.#record
  }

  /** Now, in the form that transitions take. */
  get at(): { nowMs: number } {
    return { nowMs: this.sys.nowMs() }
  }

  /** Takes a step. Returns when it is on the medium. */
  change(next: UpdateRecord): void {
    if (next === this.#record) return
    saveRecord(this.sys, next)
    const [from, to] = [this.#record.state.name, next.state.name]
    this.#record = next
    if (from !== to) this.sys.log(`afloat: update ${from} -> ${to}${describe(next.state)}`)
  }

  /** Returns the state, which must be this one. */
  expect<Name extends StateName>(name: Name): Extract<State, { name: Name }> {
    const { state } = this.#record
    if (state.name !== name) throw new Error(`Cannot go on while ${state.name}: expected ${name}`)
    return state as Extract<State, { name: Name }>
  }

  /** What runs on the machine. Looking around takes long, so what was seen within two minutes counts. */
  survey(): Survey {
    const nowMs = this.sys.uptimeMs()
    if (this.#seen === undefined || nowMs - this.#seen.atMs > freshMs)
      this.#seen = { survey: this.host.survey(), atMs: nowMs }
    return this.#seen.survey
  }

  show(progress: Omit<Progress, 'atMs'>): void {
    writeProgress(this.sys, progress)
  }
}

function describe(state: State): string {
  return state.name === 'idle' ? '' : ` (${state.target.version})`
}
