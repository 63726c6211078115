import type { Sys } from '../sys/sys.ts'
import { type BatchFrame, cutWhere } from './batch.ts'
import { updateErrors as errors } from './errors.ts'

/** Where an artefact goes: a device, or a file that is there. */
export type FrameTarget = { readonly path: string; readonly isDevice: boolean }

/** Frames of one artefact, one after the other, on their way from memory to the medium. */
export type FramesJob = {
  readonly frames: readonly BatchFrame[]
  /** Returns when they were written. Throws `update/frame-damaged` (nothing was written then) or `update/write-failed`. */
  wait(): void
  stop(): void
}

const damaged = 65
const notWritten = 74

/**
 * $1 folder; then for each run of frames: names of files, program that makes of them what is to be written, target or
 * nothing, offset there, size, flags of dd. Checksums come by standard input. What a server sends is unpacked only if it is
 * what was signed. One program does a step for many frames: under software emulation, starting one costs as much as
 * hashing 2 MB.
 */
const script = `cd "$1" || exit 1
shift
sha256sum --check --quiet - || exit ${damaged}
while [ $# -gt 0 ]; do
  [ -z "$3" ] || {
    { $2 -- $1 && : >"whole-$4"; } |
      dd of="$3" bs=4M seek="$4" count="$5" iflag=fullblock,count_bytes oflag="$6" conv=notrunc status=none ||
      exit ${notWritten}
    [ -e "whole-$4" ] || exit ${damaged}
  }
  shift 6
done`

/**
 * Starts to verify frames that lie in the files of `folder`, and to write them if all are what was signed. Other programs
 * do it; no byte goes through this one. Past the page cache, so that a download neither fills nor empties the machine's
 * memory.
 */
export function startFrames(
  sys: Sys,
  folder: string,
  frames: readonly BatchFrame[],
  target: FrameTarget | undefined,
): FramesJob {
  const flags = target?.isDevice === true ? 'seek_bytes,direct' : 'seek_bytes'
  const input = frames.map(({ sha256, file }) => `${sha256}  ${file}\n`).join('')
  const runs = cutWhere(frames, ({ compressed }) => compressed).flatMap((run) => [
    run.map(({ file }) => file).join(' '),
    run[0]!.compressed ? 'zstd -dqc --no-asyncio' : 'cat',
    target?.path ?? '',
    String(run[0]!.rawAt),
    String(run.reduce((sum, { bytes }) => sum + bytes, 0)),
    flags,
  ])
  const job = sys.start(['sh', '-c', script, 'sh', folder, ...runs], { input })
  return {
    frames,
    wait() {
      const { code, stdout, stderr } = job.wait()
      const { artefact, index } = frames[0]!
      if (code === damaged) throw errors.frameDamaged(artefact, index, frames.at(-1)!.index)
      if (code !== 0) throw errors.notWritten(`${stderr}${stdout}`.trim() || `exit code ${code}`)
    },
    stop: () => job.stop(),
  }
}
