import { decodeUtf8 } from './utf8.ts'

const newline = 0x0a

/** Cuts a stream of bytes into lines. A character split between two chunks stays whole. */
export class LineBuffer {
  #lines: string[] = []
  #rest: number[] = []

  /** Whether a line can be taken. */
  get ready(): boolean {
    return this.#lines.length > 0
  }

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === newline) this.#cut()
      else this.#rest.push(byte)
    }
  }

  /** Returns the oldest line without its newline, or undefined when none is complete. */
  take(): string | undefined {
    return this.#lines.shift()
  }

  /** What came after the last newline is the last line. */
  end(): void {
    if (this.#rest.length > 0) this.#cut()
  }

  #cut(): void {
    this.#lines.push(decodeUtf8(Uint8Array.from(this.#rest)))
    this.#rest = []
  }
}
