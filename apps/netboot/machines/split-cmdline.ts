import { formatArguments, LONGEST_CMDLINE } from '@afloat/boot2container'
import { placeWords } from '@afloat/cmdline'
import { unwritable } from '../script/format-cmdline.ts'

export type SplitCmdline = {
  /** What the kernel gets. */
  readonly cmdline: string
  /** What the machine fetches, one parameter a line, with a line break at the end; undefined: all of it fits. */
  readonly extra?: string
}

/** For the URL and key of the extra arguments. */
export const reservedBytes = 260

/** Parameters that are needed before anything can be fetched, or that say what to fetch, or where to tell of a failure. */
const early =
  /^"?b2c\.(?:report|iface|ntp_peer|insmods|keymap|hostname|extra_args_url|extra_args_key)(?:=|"|$)/

/**
 * Moves the parameters of a pipeline to extra arguments when the command line is longer than a kernel takes, or holds
 * something that iPXE would replace. All of them go, so that those of one list keep their order.
 */
export function splitCmdline(cmdline: string): SplitCmdline {
  if (Buffer.byteLength(cmdline) <= LONGEST_CMDLINE && unwritable(cmdline) === undefined) return { cmdline }
  const words = rawWords(cmdline)
  if (words.some((word) => /^"?b2c\.extra_args_url=/.test(word))) return { cmdline }
  const isMoved = (word: string) => /^"?b2c\./.test(word) && !early.test(word)
  const moved = words.filter(isMoved)
  if (moved.length === 0) return { cmdline }
  return {
    cmdline: words.filter((word) => !isMoved(word)).join(' '),
    extra: formatArguments(moved),
  }
}

/** The words as they are written, with their quotes. */
function rawWords(cmdline: string): string[] {
  let from = 0
  return placeWords(cmdline).map(({ offsets }) => {
    const to = offsets.at(-1)!
    const word = cmdline.slice(from, to).trim()
    from = to
    return word
  })
}
