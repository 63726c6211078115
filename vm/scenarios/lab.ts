import { copyFile, link, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuiltImage, ensureImage } from '@afloat/build/image'
import { ensureToolsTree, type ToolsTree } from '@afloat/build/tools-tree'
import { readVersion } from '@afloat/build/version'
import { pushWebImage } from '@afloat/cli/example-images'
import { createDisk } from '../disk.ts'
import { type Machine, type MachineOptions, startMachine } from '../machine.ts'
import { platforms } from '../platform.ts'
import type { DiskImage } from '../qemu-args.ts'
import { type Registry, startRegistry } from '../registry.ts'
import { makeScratchDir } from './scratch.ts'
import { withConsole } from './with-console.ts'

const gib = 1024 ** 3

/** Options of a machine in a lab, which knows the tools and the name. */
export type LabMachineOptions = Omit<MachineOptions, 'name' | 'tools'>

/** What a scenario works with: the image of this checkout, disks on top of it, machines, a registry. */
export class Lab {
  readonly tools: ToolsTree
  readonly image: BuiltImage
  /** Scratch folder, removed at the end. */
  readonly dir: string
  readonly #closers: (() => Promise<void>)[] = []
  #count = 0

  private constructor(parts: { tools: ToolsTree; image: BuiltImage; dir: string }) {
    this.tools = parts.tools
    this.image = parts.image
    this.dir = parts.dir
  }

  /** Builds what is missing, which after a change of the image takes minutes. Give everything back with close(). */
  static async open(): Promise<Lab> {
    const tools = await ensureToolsTree()
    const image = await ensureImage({ version: readVersion(), stage: (_, run) => run() })
    const dir = await makeScratchDir()
    // second names: a build in another terminal may remove the image from the cache while machines need it
    for (const name of ['disk.raw', 'usr.erofs']) await link(join(image.dir, name), join(dir, name))
    return new Lab({ tools, image, dir })
  }

  get version(): string {
    return this.image.manifest.version
  }

  /** The image's /usr as a file of its own. */
  get erofs(): string {
    return join(this.dir, 'usr.erofs')
  }

  /** Makes a disk on top of the image, or of the disk of a machine that is off and stays so. Default 4 GiB. */
  async newDisk(on: { base?: DiskImage; sizeBytes?: number } = {}): Promise<DiskImage> {
    const base = on.base?.path ?? join(this.dir, 'disk.raw')
    const size = on.base === undefined ? (on.sizeBytes ?? 4 * gib) : on.sizeBytes
    return await createDisk(this.tools, base, join(this.dir, `disk-${++this.#count}.qcow2`), size)
  }

  /** Makes UEFI variables for a machine that is started several times. */
  async newVars(): Promise<string> {
    const path = join(this.dir, `vars-${++this.#count}.fd`)
    await copyFile(join(this.tools.dir, platforms.x86_64.firmware.uefi.vars), path)
    return path
  }

  /** Starts a registry that holds `web:1`, the image of examples/web.yaml. */
  async webRegistry(): Promise<Registry> {
    const registry = await startRegistry(this.tools, join(this.dir, `registry-${++this.#count}`))
    this.onClose(() => registry.stop())
    await pushWebImage(registry)
    return registry
  }

  /**
   * Boots a machine, hands it to `use`, and removes it however that ends.
   * An error of `use` gets the end of the console added, unless it has it.
   */
  async withMachine<T>(options: LabMachineOptions, use: (machine: Machine) => Promise<T>): Promise<T> {
    const name = `scenario-${process.pid}-${++this.#count}`
    const machine = await startMachine({
      name,
      tools: this.tools,
      memoryMiB: 2048,
      ssh: false,
      ...options,
    })
    try {
      return await use(machine)
    } catch (error) {
      throw withConsole(error, machine)
    } finally {
      await machine.remove()
    }
  }

  /** Has `closer` called at the end, the last one first. */
  onClose(closer: () => Promise<void>): void {
    this.#closers.push(closer)
  }

  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) await closer()
    await rm(this.dir, { recursive: true, force: true })
  }
}
