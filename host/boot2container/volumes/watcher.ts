import type { Job, Sys } from '../../sys/sys.ts'
import type { WatchTask } from './watch-volume.ts'

const program = ['qjs', '--std', '--no-unhandled-rejection', '-m', '/usr/lib/afloat/volume-watch.js']
const control = '/run/afloat/volume-watch'
/** How long it may take to finish what it is copying. */
const stopTimeoutMs = 2 * 60_000

/** The program that mirrors a volume while containers run. */
export class Watcher {
  readonly #sys: Sys
  readonly #task: WatchTask
  readonly #job: Job

  constructor(sys: Sys, name: string, task: Omit<WatchTask, 'stop' | 'failing'>) {
    sys.makeDirs(control, { mode: 0o700 })
    this.#sys = sys
    this.#task = { ...task, stop: `${control}/${name}.stop`, failing: `${control}/${name}.failing` }
    sys.remove(this.#task.stop)
    sys.remove(this.#task.failing)
    this.#job = sys.start(program, { input: JSON.stringify(this.#task), timeoutMs: stopTimeoutMs })
  }

  /** Why it cannot mirror at the moment. */
  get failing(): string | undefined {
    return this.#sys.readText(this.#task.failing)
  }

  /** Whether it has ended by itself, which it should not. */
  get ended(): boolean {
    return this.#job.ended
  }

  /** Ends it once what it is copying is there: nothing old may be stored after what comes next. */
  stop(): void {
    this.#sys.writeFile(this.#task.stop, '')
    this.#job.wait()
  }
}
