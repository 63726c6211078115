import type { PlacedFrame } from '@afloat/release'
import type { Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'

/** A file that holds frames as they lie in the bundle, and where in it the frame begins. */
export type FrameSource = { readonly path: string; readonly offset: number }

/** Where an artefact goes: a device, or a file that is there. */
export type FrameTarget = { readonly path: string; readonly isDevice: boolean }

/** A frame on its way from memory to the medium. */
export type FrameJob = {
  readonly frame: PlacedFrame
  /** Returns when it was written. Throws `update/frame-damaged` (nothing was written then) or `update/write-failed`. */
  wait(): void
  stop(): void
}

const damaged = 65
const notWritten = 74

/**
 * $1 file with frames, $2 scratch file, $3 offset, $4 stored size, $5 limit for decompressing or 0, $6 SHA-256,
 * $7 target or nothing, $8 offset there, $9 flags of dd. What a server sends may unpack to anything, hence the limit.
 */
export const frameScript = `f=$2
dd if="$1" of="$f" bs=4M skip="$3" count="$4" iflag=skip_bytes,count_bytes,fullblock status=none || exit 1
if [ "$5" != 0 ]; then
  prlimit --fsize="$5" zstd -dqfo "$f.raw" -- "$f" || exit ${damaged}
  rm -f -- "$f"; f=$f.raw
fi
[ "$(sha256sum <"$f")" = "$6  -" ] || exit ${damaged}
[ -z "$7" ] || dd if="$f" of="$7" bs=4M seek="$8" oflag="$9" conv=notrunc status=none || exit ${notWritten}
rm -f -- "$f"`

/**
 * Starts to verify a frame, and to write it if it is what was signed. All of it is done by other programs, on files in
 * memory: no byte passes through this one, nor through a pipe. Past the page cache, so that a download neither fills nor
 * empties the machine's memory. `scratch` is a name for temporary files.
 */
export function startFrame(
  sys: Sys,
  frame: PlacedFrame,
  source: FrameSource,
  target: FrameTarget | undefined,
  scratch: string,
): FrameJob {
  const limit = frame.compressed ? frame.bytes : 0
  const numbers = [source.offset, frame.storedBytes, limit].map(String)
  const flags = target?.isDevice === true ? 'seek_bytes,direct' : 'seek_bytes'
  const place = [target?.path ?? '', String(frame.rawAt), flags]
  const argv = [source.path, scratch, ...numbers, frame.sha256, ...place]
  const job = sys.start(['sh', '-c', frameScript, 'sh', ...argv])
  const clean = () => {
    for (const path of [scratch, `${scratch}.raw`]) sys.remove(path)
  }
  return {
    frame,
    wait() {
      const { code, stderr } = job.wait()
      if (code === 0) return
      clean()
      if (code === damaged) throw errors.frameDamaged(frame.artefact, frame.index)
      throw errors.notWritten(stderr.trim() || `exit code ${code}`)
    },
    stop() {
      job.stop()
      clean()
    },
  }
}
