import { type PlacedWord, parseIp, placeWords } from '@afloat/cmdline'
import { utf8Length } from '@afloat/ignition/utf8'
import type { Finding } from '@afloat/report'
import type { SpottedFinding } from '../draft.ts'
import { OPTIONS, optionNames } from '../options.ts'
import { checkErrors as errors, MOST_WORDS } from './errors.ts'

/** The kernel's COMMAND_LINE_SIZE, on x86 and arm64, holds a final zero too. Source: Linux, asm/setup.h */
export const LONGEST_CMDLINE = 2047

/** What the kernel makes of a command line, b2c aside. Spots are offsets. `readsIp`: the machine goes by `ip=`. */
export function checkKernelView(
  cmdline: string,
  { limitBytes = LONGEST_CMDLINE, readsIp = true }: { limitBytes?: number; readsIp?: boolean } = {},
): SpottedFinding[] {
  const text = cmdline.replace(/\s+$/, '')
  const words = placeWords(text)
  const dashes = words.findIndex((word) => word.text === '--')
  const read = dashes < 0 ? words : words.slice(0, dashes)
  const hidden =
    dashes < 0 ? undefined : words.slice(dashes + 1).find((word) => KERNEL_WORDS.has(keyOf(word)))
  return [
    ...textFindings(text, limitBytes),
    ...(readsIp ? read.flatMap(ipFinding) : []),
    ...countFindings(read),
    ...(hidden ? [warning(hidden, errors.behindDashes(keyOf(hidden)))] : []),
    ...strayFindings(words),
  ]
}

/** What a kernel without modules knows, among the parameters that are common: no list is complete. */
const KERNEL_WORDS: ReadonlySet<string> = new Set(
  (
    'acpi apm audit autologin clocksource console cryptomgr debug earlycon earlyprintk efi fips hpet hugepages ' +
    'hugepagesz init initcall_debug initrd intel_iommu iomem iommu ip ipv6 irqpoll isolcpus keep_bootcon kvm-intel ' +
    'libata loglevel maxcpus mce mem memmap mitigations nfsroot nmi_watchdog noapic nofb nokaslr nolapic ' +
    'nomodeset nosmp nosmt nowatchdog numa panic pci pcie_aspm preempt printk quiet random rdinit reboot reserve ' +
    'ro root rootdelay rootflags rootfstype rootwait rw selinux single swiotlb threadirqs tsc vga video'
  ).split(' '),
)

function textFindings(text: string, limitBytes: number): SpottedFinding[] {
  const bytes = utf8Length(text)
  const control = /[\x00-\x08\x0e-\x1f\x7f]/.exec(text)
  return [
    ...(bytes > limitBytes
      ? [
          {
            ...errors.tooLong(bytes, limitBytes),
            severity: 'error',
            spot: Math.min(limitBytes, text.length),
          } as const,
        ]
      : []),
    ...(control ? [{ ...errors.controlCharacter(), severity: 'warning', spot: control.index } as const] : []),
  ]
}

function ipFinding(word: PlacedWord): SpottedFinding[] {
  if (!word.text.startsWith('ip=')) return []
  const setting = parseIp(word.text.slice(3))
  return typeof setting === 'string' ? [{ ...warning(word, errors.badIp(setting)), severity: 'error' }] : []
}

/** The kernel hands what it does not know to init, and has room for so many; words with a dot are for modules. */
function countFindings(words: readonly PlacedWord[]): SpottedFinding[] {
  const unknown = words.filter((word) => !keyOf(word).includes('.') && !KERNEL_WORDS.has(keyOf(word)))
  return [
    { what: 'words', list: unknown.filter(({ text }) => !text.includes('=')) },
    { what: 'assignments', list: unknown.filter(({ text }) => text.includes('=')) },
  ].flatMap(({ what, list }) =>
    list.length > MOST_WORDS ? [warning(list[MOST_WORDS]!, errors.tooManyWords(list.length, what))] : [],
  )
}

/** A blank outside of quotes ends a parameter: what follows is for no one. */
function strayFindings(words: readonly PlacedWord[]): SpottedFinding[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1]
    const isRun = RUNS.has(keyOf(word))
    const isQuoted = word.offsets.at(-1)! - word.offsets[0]! > word.text.length
    if (!isRun || isQuoted || next === undefined || next.text === '--' || isParameter(next)) return []
    return [warning(next, errors.strayWord(keyOf(word)))]
  })
}

const RUNS: ReadonlySet<string> = new Set(
  OPTIONS.filter(({ kind }) => kind === 'arguments').flatMap(optionNames),
)

function isParameter(word: PlacedWord): boolean {
  return KERNEL_WORDS.has(keyOf(word)) || /^[a-z][\w-]*\.[\w.-]+(=|$)/i.test(word.text)
}

function keyOf({ text }: PlacedWord): string {
  return text.split('=', 1)[0]!
}

function warning(word: PlacedWord, found: Finding): SpottedFinding {
  return { ...found, severity: 'warning', spot: word.offsets[0]! }
}
