import { LineIndex, type Position } from '@afloat/report'

/** A place in one of several files; `file` is missing for a text without a name. */
export type FilePosition = Position & { readonly file?: string }

export interface SourceFile {
  readonly name: string | undefined
  readonly text: string
  /** The offset at which the text starts. */
  readonly start: number
}

/**
 * The texts a config is made of, in one space of offsets: those of a file follow those of the one before. So a position needs
 * no more than an offset, wherever a value has come from.
 */
export class SourceFiles {
  readonly #files: (SourceFile & { readonly lines: LineIndex })[] = []
  readonly #texts = new Map<string, string>()
  #end = 0

  /** The offset at which the text starts. */
  add(text: string, name: string | undefined): number {
    const start = this.#end
    this.#files.push({ start, text, name, lines: new LineIndex(text) })
    if (name !== undefined) this.#texts.set(name, text)
    this.#end += text.length + 1
    return start
  }

  position(offset: number): FilePosition {
    const { start, lines, name } = this.#files.findLast((file) => file.start <= offset) ?? this.#files[0]!
    return { ...lines.position(offset - start), ...(name === undefined ? {} : { file: name }) }
  }

  /** Texts by the name of their file. */
  get texts(): ReadonlyMap<string, string> {
    return this.#texts
  }

  get all(): readonly SourceFile[] {
    return this.#files
  }
}
