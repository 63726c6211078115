/** What differs between two configs. */
export interface ConfigDifferences {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'ConfigDifferences'
  readonly same: boolean
  readonly differences: readonly Difference[]
}

/** A value or thing that only one config has, or that both have differently. */
export interface Difference {
  /** Fields from the root; items of lists by what names them: `storage.files[/etc/motd].mode`. */
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Undefined for a thing that is there or not, and for text that `diff` shows. */
  readonly from: ShownValue | undefined
  readonly to: ShownValue | undefined
  /** For contents that are text, and text of several lines: the lines of a unified diff, without the names of files. */
  readonly diff: readonly string[] | undefined
}

export type ShownValue = string | number | boolean | readonly string[] | ShownContents | Hidden

/** Stands for a secret. */
export interface Hidden {
  readonly hidden: true
}

export interface ShownContents {
  /** `config` or a URL without user and query. */
  readonly from: string
  /** Size in bytes and SHA-256 in hexadecimal, after unpacking, where they are known. */
  readonly bytes: number | undefined
  readonly sha256: string | undefined
}
