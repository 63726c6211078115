/**
 * Takes terminal output in pieces, however cut, and returns it as plain lines' text: no escape sequences, no
 * carriage returns. Firmware and boot loader draw with escape sequences; a cleared screen counts as a line end.
 */
export class TextCleaner {
  readonly #decoder = new TextDecoder()
  #rest = ''

  push(chunk: Uint8Array): string {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true })
    const cut = unfinished.exec(text)?.index ?? text.length
    this.#rest = text.slice(cut)
    // biome-ignore format: one rule per line
    return text.slice(0, cut)
      .replace(screenChange, '\n')
      .replace(escapeSequence, '')
      .replace(/[\r\0\b\x07]/g, '')
  }
}

// clear screen, or move the cursor to a given place
const screenChange = /\x1b\[(?:\d*J|\d*(?:;\d*)?[Hf])/g
// CSI, then OSC (ended by BEL or ST), then DCS, then two-character escapes
const escapeSequence =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[ -/]*[0-Z\\^-~])/g
const unfinished = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]{0,4096}\x1b?|P[^\x1b]{0,4096}\x1b?|[ -/]*)$/
