/** Why bytes could not be transformed: they are no such format, or would become larger than allowed. */
export type Refusal = 'broken' | 'large'

/** Sends bytes through a stream such as `CompressionStream`; stops as soon as more than `limitBytes` have come out. */
export async function transformBytes(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer> | Refusal> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = new Blob([bytes]).stream().pipeThrough(transform).getReader()
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      parts.push(step.value)
      length += step.value.length
      if (length > limitBytes) {
        await reader.cancel()
        return 'large'
      }
    }
  } catch {
    return 'broken' // the stream throws for nothing else
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}
