import type { Sys } from '../sys/sys.ts'
import type { BatchFrame } from './batch.ts'
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
 * $1 folder, $2 size that no decompressed frame exceeds, in units of 512 bytes, $3 names of compressed files; then for
 * each frame: name, target or nothing, offset there, flags of dd. Checksums come by standard input. What a server sends may unpack to anything,
 * hence the limit. One program does a step for all frames: under software emulation, starting one costs as much as
 * hashing 2 MB.
 */
const script = `cd "$1" || exit 1
[ -z "$3" ] || (ulimit -f "$2" && exec zstd -dq --rm -- $3) || exit ${damaged}
sha256sum --check --quiet - || exit ${damaged}
shift 3
while [ $# -gt 0 ]; do
  [ -z "$2" ] || dd if="$1" of="$2" bs=4M seek="$3" oflag="$4" conv=notrunc status=none || exit ${notWritten}
  shift 4
done`

/**
 * Starts to verify frames that lie in the files of `folder`, and to write them if all are what was signed. Other programs
 * do it, on files in memory; no byte goes through this one, nor through a pipe. Past the page cache, so that a download
 * neither fills nor empties the machine's memory.
 */
export function startFrames(
  sys: Sys,
  folder: string,
  frames: readonly BatchFrame[],
  target: FrameTarget | undefined,
): FramesJob {
  const packed = frames.filter(({ compressed }) => compressed).map(({ file }) => file)
  const limit = Math.ceil(Math.max(...frames.map(({ bytes }) => bytes)) / 512)
  const flags = target?.isDevice === true ? 'seek_bytes,direct' : 'seek_bytes'
  const nameOf = ({ file }: BatchFrame) => file.replace(/\.zst$/, '')
  const input = frames.map((frame) => `${frame.sha256}  ${nameOf(frame)}\n`).join('')
  const places = frames.flatMap((frame) => [nameOf(frame), target?.path ?? '', String(frame.rawAt), flags])
  const job = sys.start(['sh', '-c', script, 'sh', folder, String(limit), packed.join(' '), ...places], {
    input,
  })
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
