/** Bytes of a file: both ends count. */
export type ByteRange = { readonly first: number; readonly last: number }

/**
 * What a `Range` header asks of a file of `size` bytes. "whole" when there is no header, or one that may be ignored:
 * another unit, several ranges, or one that makes no sense. Source: RFC 9110, section 14
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const parts = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '')
  if (parts === null) return 'whole'
  const [from, to] = [parts[1]!, parts[2]!]
  if (from === '' && to === '') return 'whole'
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return 'whole'
  if (first >= size) return 'unsatisfiable'
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
}
