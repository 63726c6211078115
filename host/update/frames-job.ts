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
 * $1 folder; then for each piece: names of files, program that makes of them what is to be written or nothing, target or
 * nothing, offset there, size, flags of dd. Checksums come by standard input. What a server sends is unpacked only if it is
 * what was signed, to no more than was signed, and written only if all of it could be unpacked. One program does a step for
 * many frames, for starting one costs time; what it makes goes by way of a file, for where processors are emulated a pipe
 * between two programs may cost several times what both of them do.
 */
const script = `cd "$1" || exit 1
shift
sha256sum --check --quiet - || exit ${damaged}
while [ $# -gt 0 ]; do
  if [ -n "$3" ]; then
    file=$1
    if [ -n "$2" ]; then
      file=unpacked
      ( ulimit -f $((($5 + 511) / 512)) && $2 -- $1 >unpacked ) || exit ${damaged}
    fi
    dd if="$file" of="$3" bs=4M seek="$4" count="$5" iflag=count_bytes oflag="$6" conv=notrunc status=none || exit ${notWritten}
  fi
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
  // A file that is written as it is needs no second one beside it.
  const pieces = cutWhere(frames, ({ compressed, file }) => compressed || file).flatMap((piece) => [
    piece.map(({ file }) => file).join(' '),
    piece[0]!.compressed ? 'zstd -dqc --no-asyncio' : '',
    target?.path ?? '',
    String(piece[0]!.rawAt),
    String(piece.reduce((sum, { bytes }) => sum + bytes, 0)),
    flags,
  ])
  const job = sys.start(['sh', '-c', script, 'sh', folder, ...pieces], { input })
  return {
    frames,
    wait() {
      const { code, stdout, stderr } = job.wait()
      const { artefact, index } = frames[0]!
      const why = `${stderr}${stdout}`.trim()
      const isFull = why.includes('No space left')
      if (code === damaged && !isFull) throw errors.frameDamaged(artefact, index, frames.at(-1)!.index)
      if (code !== 0) throw errors.notWritten(why || `exit code ${code}`)
    },
    stop: () => job.stop(),
  }
}
