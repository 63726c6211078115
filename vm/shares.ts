import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatCpio } from '@afloat/archive'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'

const startTimeoutMs = 10_000

/** Folders of this computer that a machine has as `/share/0`, `/share/1` …, by virtiofs. */
export class Shares {
  readonly #children: ChildProcess[] = []
  readonly #sockets: string

  private constructor(sockets: string) {
    this.#sockets = sockets
  }

  /** Starts one server for each folder; throws `vm/share-failed`. */
  static async start(tools: ToolsTree, folders: readonly string[]): Promise<Shares> {
    // in a folder with a short name: the address of a Unix socket holds 107 bytes
    const shares = new Shares(await mkdtemp('/tmp/afloat-share-'))
    try {
      for (const [index, folder] of folders.entries()) await shares.#serve(tools, folder, index)
    } catch (error) {
      await shares.stop()
      throw error
    }
    return shares
  }

  /** Guest and server work on the same memory, which must be one that can be shared. */
  qemuArgs(memoryMiB: number): string[] {
    if (this.#children.length === 0) return []
    return [
      ...['-object', `memory-backend-memfd,id=memory,size=${memoryMiB}M,share=on`],
      ...['-machine', 'memory-backend=memory'],
      ...this.#children.flatMap((_, index) => [
        ...['-chardev', `socket,id=share${index},path=${this.#socket(index)}`],
        ...['-device', `vhost-user-fs-pci,chardev=share${index},tag=share${index}`],
      ]),
    ]
  }

  /** Writes an archive that goes behind the base: it mounts the shares, then goes on with the init of the base. */
  async writeArchive(path: string): Promise<void> {
    const mounts = this.#children.map(
      (_, index) => `mkdir -p /share/${index} && mount -t virtiofs share${index} /share/${index}`,
    )
    const lines = ['#!/bin/busybox sh', '/bin/busybox --install -s /bin', ...mounts, `exec ${baseInit}`, '']
    const data = Buffer.from(lines.join('\n'))
    await writeFile(path, formatCpio([{ kind: 'file', path: 'init', mode: 0o755, data }]))
  }

  async stop(): Promise<void> {
    const ended = this.#children.map(untilEnded)
    for (const child of this.#children) child.kill('SIGKILL')
    await Promise.all(ended)
    await rm(this.#sockets, { recursive: true, force: true })
  }

  async #serve(tools: ToolsTree, folder: string, index: number): Promise<void> {
    const socket = this.#socket(index)
    // The tools tree is entered by chroot: the folder is found by way of the root of this process.
    const shared = `/proc/${process.pid}/root${folder}`
    const child = tools.spawn(
      [
        '/usr/libexec/virtiofsd',
        `--socket-path=${socket}`,
        `--shared-dir=${shared}`,
        '--sandbox=none',
        '--cache=auto',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    )
    this.#children.push(child)
    let log = ''
    child.stderr!.on('data', (chunk: Buffer) => {
      log = `${log}${chunk}`.slice(-4096)
    })
    // Only then all that it said has been read.
    const closed = new Promise((resolve) => child.once('close', resolve))
    const deadline = performance.now() + startTimeoutMs
    while (!existsSync(socket)) {
      if (child.exitCode !== null) await closed
      if (child.exitCode !== null || performance.now() > deadline)
        throw new AfloatError('vm/share-failed', `Cannot share "${folder}": ${log.trim() || 'no answer'}`)
      await sleep(20)
    }
  }

  #socket(index: number): string {
    return join(this.#sockets, `${index}.sock`)
  }
}

async function untilEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** Where the base has its init besides `/init`. */
const baseInit = '/usr/lib/afloat/init.sh'
