import { type FileHandle, open } from 'node:fs/promises'

/**
 * A way to name sockets in a folder whose path may be long: the address of a Unix socket holds 107 bytes, and a
 * cache folder deep in a home folder takes more. The kernel follows /proc/self/fd/N to the folder itself.
 */
export class SocketDir {
  readonly #handle: FileHandle

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  static async open(dir: string): Promise<SocketDir> {
    return new SocketDir(await open(dir, 'r'))
  }

  path(name: string): string {
    return `/proc/self/fd/${this.#handle.fd}/${name}`
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
