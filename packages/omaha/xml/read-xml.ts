import { SaxesParser } from 'saxes'
import { omahaError, omahaLimits, type XmlPosition } from '../errors.ts'

/** An element that was read. Text between elements is not kept: Omaha has none. */
export type XmlElement = {
  readonly name: string
  /** Without prototype: any name is safe to look up. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  /** Of its "<". */
  readonly at: XmlPosition
}

/**
 * Reads a document of at most `limitBytes` into a tree.
 * Throws `omaha/too-large`, `omaha/too-deep`, `omaha/doctype` (entities can only be declared there, so no document can
 * grow while it is read) and `omaha/malformed-xml`, each with line and column.
 */
export function readXml(text: string, limitBytes: number): XmlElement {
  // Every UTF-16 unit takes at least one byte, so this is cheap and never refuses what fits.
  if (text.length > limitBytes)
    throw omahaError('omaha/too-large', `Message is too large: expected at most ${limitBytes} bytes`)
  const parser = new SaxesParser({ xmlns: false, position: true })
  const here = (): XmlPosition => ({ line: parser.line, column: parser.columnIndex + 1 })
  const open: XmlElement[] = []
  let root: XmlElement | undefined
  parser.on('error', (error) => {
    throw omahaError('omaha/malformed-xml', `Cannot read XML: ${problem(error)}`, { at: here() })
  })
  parser.on('doctype', () => {
    throw omahaError('omaha/doctype', 'Document type declarations are not allowed', { at: here() })
  })
  let start = 0
  parser.on('opentagstart', () => {
    start = text.lastIndexOf('<', parser.position - 1)
  })
  parser.on('opentag', (tag) => {
    const element = new TreeElement(tag.name, tag.attributes, text, start)
    if (open.length === omahaLimits.depth)
      throw omahaError('omaha/too-deep', `Elements are nested more than ${omahaLimits.depth} levels deep`, {
        at: element.at,
      })
    if (open.length === 0) root = element
    else open.at(-1)!.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(text).close()
  // A document without an element is an error of the parser already.
  return root!
}

/** Works out where it is only when somebody asks. */
class TreeElement implements XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[] = []
  readonly #text: string
  readonly #start: number

  constructor(name: string, attributes: Record<string, string>, text: string, start: number) {
    this.name = name
    this.attributes = attributes
    this.#text = text
    this.#start = start
  }

  get at(): XmlPosition {
    const lines = this.#text.slice(0, this.#start).split(/\r\n|\n|\r/)
    return { line: lines.length, column: lines.at(-1)!.length + 1 }
  }
}

/** The parser puts the position before its own words. */
function problem(error: Error): string {
  return error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')
}
