import { AfloatError } from '@afloat/report'
import { dirname } from '../../sys/path.ts'
import type { Sys } from '../../sys/sys.ts'

/**
 * The note that a volume holds what is not stored, to outlive a power cut. It is a link to where that belongs: on most file
 * systems that takes no room on a full disk, and where containers can reach it they cannot lead it elsewhere.
 */
export class UnstoredNote {
  /** Where it is; in one of them is enough. */
  readonly paths: readonly string[]
  readonly #sys: Sys
  #url: string | undefined
  #isDurable = false

  constructor(sys: Sys, paths: readonly string[]) {
    this.#sys = sys
    this.paths = paths
  }

  /** Where something has yet to be stored, if it has. Holds in this program also when it could not be written. */
  get url(): string | undefined {
    return this.#url ?? this.paths.map((path) => read(this.#sys, path)).find((url) => url !== undefined)
  }

  /** To be called before something is stored; `soon` leaves it to the kernel when it is on the medium. */
  set(url: string, { soon = false } = {}): void {
    if (this.#url === url && (soon || this.#isDurable)) return
    this.#url = url
    this.#isDurable = this.#write(url, !soon) && !soon
  }

  /** Tries once more where there was no room. Returns whether it is everywhere that it should be. */
  insist(): boolean {
    return this.url === undefined || this.#write(this.url, true)
  }

  clear(): void {
    this.#url = undefined
    this.#isDurable = false
    for (const path of this.paths) passes(() => this.#sys.remove(path))
  }

  #write(url: string, isSynced: boolean): boolean {
    const written = this.paths.map((path) =>
      passes(() => {
        if (read(this.#sys, path) !== url) link(this.#sys, path, url)
        if (isSynced) this.#sys.sync(dirname(path))
      }),
    )
    return !written.includes(false)
  }
}

/** Files are notes of earlier releases. */
function read(sys: Sys, path: string): string | undefined {
  return sys.readLink(path) ?? (sys.lstat(path)?.kind === 'file' ? sys.readText(path) : undefined)
}

function link(sys: Sys, path: string, url: string): void {
  const partial = `${path}.new`
  sys.remove(partial)
  sys.symlink(url, partial)
  sys.rename(partial, path)
}

/** A note that cannot be written must not end what it is about. */
function passes(work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    return false
  }
}
