import { type Refusal, transformBytes } from './transform-bytes.ts'

/**
 * gzip and gunzip as functions that answer at once, which a browser does not have: its streams answer later. What is not
 * known yet is noted and answered wrongly, and `settle` runs the whole thing again once it is known.
 */
export class GzipCodec {
  readonly #known = new Map<string, Uint8Array<ArrayBuffer> | Refusal>()
  readonly #asked = new Map<string, () => Promise<void>>()

  /** Returns what `run` returns when all its questions are answered. `run` has no effect but its result. */
  async settle<T>(run: () => T): Promise<T> {
    for (;;) {
      const result = run()
      if (this.#asked.size === 0) return result
      for (const find of this.#asked.values()) await find()
      this.#asked.clear()
    }
  }

  readonly gzip = (bytes: Uint8Array): Uint8Array => {
    const answer = this.#ask('gzip', bytes, async (key, copy) => {
      const packed = await transformBytes(copy, new CompressionStream('gzip'), LARGEST)
      this.#known.set(key, packed)
      if (typeof packed !== 'string') this.#known.set(keyOf('gunzip', packed), copy)
    })
    return typeof answer === 'string' ? bytes : answer
  }

  readonly gunzip = (bytes: Uint8Array): Uint8Array | Refusal =>
    this.#ask('gunzip', bytes, async (key, copy) => {
      this.#known.set(key, await transformBytes(copy, new DecompressionStream('gzip'), LARGEST))
    })

  #ask(
    how: 'gzip' | 'gunzip',
    bytes: Uint8Array,
    find: (key: string, copy: Uint8Array<ArrayBuffer>) => Promise<void>,
  ): Uint8Array | Refusal {
    const key = keyOf(how, bytes)
    const known = this.#known.get(key)
    if (known === undefined) this.#asked.set(key, () => find(key, new Uint8Array(bytes)))
    return known ?? 'broken'
  }
}

/** Larger contents are not looked at: no config needs them. */
const LARGEST = 64 * 1024 * 1024

const latin1 = new TextDecoder('latin1')

function keyOf(how: string, bytes: Uint8Array): string {
  return how + latin1.decode(bytes)
}
