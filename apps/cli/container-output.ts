/**
 * Finds what containers print in the console of a machine, between the markers of their sections that CI systems fold by.
 * What other sections inside of those print is not theirs.
 */
export class ContainerOutput {
  readonly #write: (bytes: Buffer) => void
  #depth = 0
  /** The depth of the section of a container, while inside of one. */
  #container: number | undefined
  #rest = ''

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write
  }

  push(chunk: Buffer): void {
    const lines = `${this.#rest}${chunk.toString('latin1')}`.split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) this.#line(line)
    // A prompt has no end of line yet, and neither has the beginning of a marker.
    if (this.#container === this.#depth && !this.#rest.includes('\x1b')) {
      const held = this.#rest.endsWith('\r') ? '\r' : ''
      this.#print(this.#rest.slice(0, this.#rest.length - held.length))
      this.#rest = held
    }
  }

  #line(line: string): void {
    const [, kind, name] = /section_(start|end):\d+:(\w+)/.exec(line) ?? []
    if (kind === 'start') {
      this.#depth++
      if (this.#container === undefined && /^b2c_container(_|$)/.test(name!)) this.#container = this.#depth
    } else if (kind === 'end') {
      const before = line.slice(0, line.indexOf('\x1b[0Ksection_end'))
      if (this.#container === this.#depth) {
        this.#print(before)
        this.#container = undefined
      }
      this.#depth--
    } else if (this.#container === this.#depth) {
      this.#print(`${line.replace(/\r$/, '')}\n`)
    }
  }

  #print(text: string): void {
    if (text === '') return
    this.#write(Buffer.from(text, 'latin1'))
  }
}
