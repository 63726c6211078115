/** Where included files are read. */
export interface IncludeFiles {
  /**
   * Finds a file; the path is relative to the folder of the first file, cleaned, and may start with `..`. Throws an AfloatError
   * if there is none, or if it lies elsewhere than files may.
   */
  find(path: string): IncludedFile
  /** The `id` of the first file; undefined if it has no place, as standard input. */
  readonly firstId?: string | undefined
}

export interface IncludedFile {
  /** For messages: as a person would write it. */
  readonly name: string
  /** The same for every path that leads to the same file. */
  readonly id: string
  /** Throws an AfloatError for what cannot be read, or is larger than a config may be. */
  text(): string
}
