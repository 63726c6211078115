import { AfloatError } from '@afloat/report'
import type { Sys } from '../../sys/sys.ts'
import { decodeUtf8, encodeUtf8 } from '../../sys/utf8.ts'
import { b2cError } from '../errors.ts'
import type { MachineReporter } from '../reporter.ts'
import { retry } from '../retry.ts'
import { armHooks, createdFile, goPipe, runningFile, stateFile } from './configure-podman.ts'
import { explainFailure, type FailureKind, isNotExecutable, lastError } from './explain-failure.ts'

export type RunOptions = {
  /** Returns what goes between `podman run` and the arguments of the container; called before each try. */
  readonly options: () => readonly string[]
  readonly args: readonly string[]
  /** Whether to go on once it has started. */
  readonly detached: boolean
  /**
   * Called when the container is about to start; it waits until this returns. What is returned is called as it starts, all of
   * its image on the medium.
   */
  readonly onCreated: (state: string) => () => void
  /** Likewise when it has started: what podman wrote for it stays until this returns. */
  readonly onRunning: () => () => void
  /** Called before another try, to put right what can be. Returns whether another try makes sense. */
  readonly repair: (kind: FailureKind) => boolean
}

/** A download that has not moved for so long has died. */
const stallMs = 120_000
const lookMs = 1_000
/** Source: podman-run(1), "Exit Status" */
const podmanFailed = 125
/** Of a podman that started nothing and was not ended by anything: its failure, a container's that cannot be run, or none. */
const ownCodes: readonly number[] = [0, podmanFailed, 126, 127]

/**
 * Runs a container to its end, or starts it, and returns its exit code. That it cannot be made is tried again.
 * Throws `b2c/container-not-created`, `b2c/image-unavailable`, `b2c/image-refused`, `b2c/disk-full`.
 */
export function runContainer(sys: Sys, report: MachineReporter, run: RunOptions): number {
  const onPause = (error: AfloatError, pauseMs: number) =>
    report.note(`${error.message}; next try in ${pauseMs / 1000} s`)
  const mayPass = (error: AfloatError) => run.repair(error.details['kind'] as FailureKind)
  try {
    return retry(sys, { tries: 5, firstPauseMs: 1_000, onPause, mayPass }, () => attempt(sys, report, run))
  } catch (error) {
    // Nothing is wrong with the image: so it was made, and that is how the container ends.
    if (error instanceof AfloatError && error.details['kind'] === 'not-executable')
      return error.details['exitCode'] as number
    throw error
  }
}

function attempt(sys: Sys, report: MachineReporter, run: RunOptions): number {
  for (const path of [createdFile, runningFile]) sys.remove(path)
  const turn = armHooks(sys)
  const watch = startWatch(sys, run)
  const argv = ['podman', 'run', turn, ...(run.detached ? ['--detach'] : []), ...run.options()]
  const { code, stderr, timedOut } = sys.runAttached([...argv, ...run.args], {
    giveUp: watch.look,
    // What podman says may repeat its arguments; what the container says is its own affair.
    rewrite: (said) => (watch.hasStarted() ? said : encodeUtf8(report.redact(decodeUtf8(said)))),
  })
  const said = lastError(stderr)
  if (timedOut) throw failure('passing', `no progress for ${stallMs / 1000} s`, podmanFailed)
  const hasStarted = watch.hasStarted()
  if (!hasStarted && !ownCodes.includes(code))
    throw failure('passing', `podman ended with ${code}${said === '' ? '' : `: ${said}`}`, podmanFailed)
  // Other codes than its own podman has from the container.
  if ((!hasStarted && code === podmanFailed) || (run.detached && code !== 0))
    throw failure(explainFailure(said), said, code)
  if (code !== 0 && isNotExecutable(stderr)) throw failure('not-executable', said, code)
  return code
}

/** Watches podman until the container runs. */
function startWatch(sys: Sys, { onCreated, onRunning }: RunOptions) {
  const created = answerHook(sys, createdFile, () => onCreated(sys.readText(stateFile) ?? ''))
  const running = answerHook(sys, runningFile, () => {
    const keep = onRunning()
    return () => {
      sys.remove(goPipe)
      keep()
    }
  })
  let work = ''
  let workedMs = sys.uptimeMs()
  let lookedMs = 0
  return {
    hasStarted: () => created() === 'over',
    /** Whether podman has done nothing for too long. */
    look(pid: number): boolean {
      if (created() !== 'ahead') {
        running()
        return false
      }
      const nowMs = sys.uptimeMs()
      if (nowMs - lookedMs < lookMs) return false
      lookedMs = nowMs
      // What it has read and written: a network that says nothing and a disk that is full of work differ here.
      const now = sys.readText(`/proc/${pid}/io`) ?? ''
      if (now !== work) workedMs = nowMs
      work = now
      return nowMs - workedMs > stallMs
    },
  }
}

/** Returns what looks for the file of a hook, and how far that is. The hook goes on when `work` is done. */
function answerHook(sys: Sys, file: string, work: () => () => void): () => 'ahead' | 'at work' | 'over' {
  let afterwards: (() => void) | undefined
  let isOver = false
  return () => {
    if (isOver) return 'over'
    if (afterwards === undefined && !sys.exists(file)) return 'ahead'
    afterwards ??= work()
    if (!letGo(sys)) return 'at work'
    isOver = true
    afterwards()
    return 'over'
  }
}

/** Returns whether the hook waits at the pipe already. */
function letGo(sys: Sys): boolean {
  try {
    sys.offer(goPipe, encodeUtf8('\n'))
    return true
  } catch (error) {
    if (error instanceof AfloatError && error.details['errno'] === 'ENXIO') return false
    throw error
  }
}

function failure(kind: FailureKind, said: string, exitCode: number): AfloatError {
  const details = { kind, exitCode }
  switch (kind) {
    case 'refused':
      return b2cError('b2c/image-refused', `Cannot use the image: ${said}`, {
        hint: 'Check who signed the image, and the digest in its name',
        details,
      })
    case 'missing':
      return b2cError('b2c/image-unavailable', `Cannot get the image: ${said}`, {
        hint: 'Check its name, and whether the registry wants credentials (--creds, --authfile)',
        details,
      })
    case 'disk-full':
      return b2cError('b2c/disk-full', `Cannot store the image: ${said}`, {
        hint: 'Give b2c.cache_device a larger disk, or the machine more memory where there is none',
        details,
      })
    default:
      return b2cError('b2c/container-not-created', `Cannot create the container: ${said}`, {
        hint:
          kind === 'usage'
            ? 'Correct the arguments; they are those of "podman create"'
            : 'Check the registry and the network; what podman said is above',
        details,
      })
  }
}
