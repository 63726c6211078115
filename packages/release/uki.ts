import { releaseError } from './errors.ts'

/** A part of a file. */
export type FilePart = { readonly offset: number; readonly bytes: number }

/** Where the parts of a unified kernel image lie in its file. */
export type Uki = {
  readonly linux: FilePart
  readonly initrd: FilePart
  readonly cmdline: FilePart
  readonly osrel?: FilePart
  readonly uname?: FilePart
}

/** So much of the file's beginning is always enough for the table of sections. */
export const ukiHeadBytes = 8192

const mostSections = 64

/**
 * Finds the parts of a unified kernel image from the first bytes of its file (`ukiHeadBytes`, or all of a smaller
 * one) and its whole size.
 * Throws `release/not-a-uki` when it is none, or a part lies outside of the file.
 * Source: UAPI Group, "Unified Kernel Image"; Microsoft, "PE Format", COFF file header and section table
 */
export function parseUki(head: Uint8Array, fileBytes: number): Uki {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const parts = readSections(view, Math.min(fileBytes, Number.MAX_SAFE_INTEGER))
  const { linux, initrd, cmdline, osrel, uname } = Object.fromEntries(parts)
  if (linux === undefined || initrd === undefined || cmdline === undefined)
    throw notUki('a section is missing, expected .linux, .initrd and .cmdline')
  return {
    linux,
    initrd,
    cmdline,
    ...(osrel === undefined ? {} : { osrel }),
    ...(uname === undefined ? {} : { uname }),
  }
}

function readSections(view: DataView, fileBytes: number): Map<string, FilePart> {
  const need = (end: number) => {
    if (end > view.byteLength) throw notUki(`its headers end after byte ${view.byteLength}`)
  }
  need(64)
  if (view.getUint16(0) !== 0x4d5a) throw notUki('it does not begin with "MZ"')
  const pe = view.getUint32(60, true)
  need(pe + 24)
  if (view.getUint32(pe) !== 0x50450000) throw notUki('it has no PE header')
  const count = view.getUint16(pe + 6, true)
  const table = pe + 24 + view.getUint16(pe + 20, true)
  if (count > mostSections) throw notUki(`it has ${count} sections, expected at most ${mostSections}`)
  need(table + count * 40)
  const parts = new Map<string, FilePart>()
  for (let i = 0; i < count; i++) {
    const at = table + i * 40
    const name = nameAt(view, at)
    if (!name.startsWith('.')) continue
    // The rest of a section up to the alignment of the file is padding.
    const part = {
      offset: view.getUint32(at + 20, true),
      bytes: Math.min(view.getUint32(at + 8, true), view.getUint32(at + 16, true)),
    }
    if (part.offset + part.bytes > fileBytes) throw notUki(`section ${name} ends beyond the file`)
    if (parts.has(name.slice(1))) throw notUki(`section ${name} is there twice`)
    parts.set(name.slice(1), part)
  }
  return parts
}

/** Up to eight characters, filled up with zeros; anything unprintable is left out. */
function nameAt(view: DataView, at: number): string {
  let name = ''
  for (let i = at; i < at + 8; i++) {
    const code = view.getUint8(i)
    if (code === 0) break
    if (code > 0x20 && code < 0x7f) name += String.fromCharCode(code)
  }
  return name
}

function notUki(problem: string): Error {
  return releaseError('release/not-a-uki', `Cannot read unified kernel image: ${problem}`)
}
