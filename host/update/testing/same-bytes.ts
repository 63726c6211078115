/** Whether two pieces of memory hold the same. Four bytes at a time: one by one takes seconds on QuickJS. */
export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return false
  const [left, right] = [a.slice(), b.slice()]
  const words = left.length >> 2
  const [leftWords, rightWords] = [
    new Uint32Array(left.buffer, 0, words),
    new Uint32Array(right.buffer, 0, words),
  ]
  for (let i = 0; i < words; i++) if (leftWords[i] !== rightWords[i]) return false
  for (let i = words * 4; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}
