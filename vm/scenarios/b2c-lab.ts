import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatCpio } from '@afloat/archive'
import type { Architecture } from '@afloat/build/architecture'
import { type B2cBase, ensureB2cBase } from '@afloat/build/boot2container/base'
import type { B2cKernel } from '@afloat/build/boot2container/parts'
import { writeSeedPack } from '@afloat/build/boot2container/seed-pack'
import { ensureTestImage, type TestImage } from '@afloat/build/boot2container/test-image'
import { membersOf } from '@afloat/build/file-tree'
import { ensureToolsTree, type ToolsTree } from '@afloat/build/tools-tree'
import { type B2cMachine, startB2cMachine } from '../b2c-machine.ts'
import { createEmptyDisk } from '../disk.ts'
import type { MachineOptions } from '../machine.ts'
import type { DiskImage } from '../qemu-args.ts'
import { type Registry, startRegistry } from '../registry.ts'
import { makeScratchDir } from './scratch.ts'
import { withConsole } from './with-console.ts'

export type B2cLabMachineOptions = Pick<
  MachineOptions,
  | 'memoryMiB'
  | 'cpus'
  | 'ports'
  | 'guestForwards'
  | 'fwCfg'
  | 'credentials'
  | 'networkCard'
  | 'onReboot'
  | 'failure'
  | 'extra'
> & {
  readonly disks?: readonly DiskImage[]
  /** Images, OCI archives, that the machine has from the start; default: the lab's test image. */
  readonly seed?: readonly string[]
  /** Packs and other archives behind the base. */
  readonly archives?: readonly string[]
}

/** What a scenario of boot2container works with: kernel and initramfs of this checkout, disks, machines, a registry. */
export class B2cLab {
  readonly tools: ToolsTree
  readonly base: B2cBase
  readonly image: TestImage
  /** Scratch folder, removed at the end. */
  readonly dir: string
  readonly #closers: (() => Promise<void>)[] = []
  #count = 0

  private constructor(parts: { tools: ToolsTree; base: B2cBase; image: TestImage; dir: string }) {
    this.tools = parts.tools
    this.base = parts.base
    this.image = parts.image
    this.dir = parts.dir
  }

  /** Builds what is missing. Give everything back with close(). */
  static async open(architecture: Architecture = 'x86_64', kernel: B2cKernel = 'vm'): Promise<B2cLab> {
    const tools = await ensureToolsTree()
    const [base, image] = [
      await ensureB2cBase(tools, architecture, kernel),
      await ensureTestImage(tools, architecture),
    ]
    return new B2cLab({ tools, base, image, dir: await makeScratchDir() })
  }

  /**
   * Boots a machine with these words on its command line, hands it to `use`, and removes it however that ends. Its disks
   * stay: start another machine with them. `machine.cutPower()` pulls the plug.
   */
  async withMachine<T>(
    cmdline: readonly string[],
    options: B2cLabMachineOptions,
    use: (started: B2cMachine) => Promise<T>,
  ): Promise<T> {
    const { disks = [], seed = [this.image.archive], archives = [], ...rest } = options
    const name = `scenario-${process.pid}-${++this.#count}`
    const seedPack = join(this.dir, `${name}.seed`)
    await writeSeedPack(seed, seedPack)
    const started = await startB2cMachine({
      ...rest,
      name,
      tools: this.tools,
      kernel: this.base.kernel,
      architecture: this.base.inputs.architecture,
      archives: [this.base.initramfs, ...archives, seedPack],
      cmdline,
      work: this.dir,
      extraDisks: disks,
      onReboot: rest.onReboot ?? 'stop',
    })
    try {
      return await use(started)
    } catch (error) {
      throw withConsole(error, started.machine)
    } finally {
      await started.machine.remove()
    }
  }

  /** An empty disk, sparse. Default 1 GiB. */
  async newDisk(sizeBytes = 1024 ** 3): Promise<DiskImage> {
    return await createEmptyDisk(join(this.dir, `disk-${++this.#count}.raw`), sizeBytes)
  }

  /** Packs a folder as an archive for `archives`: its files replace those of the base. */
  async archiveOf(folder: string): Promise<string> {
    const path = join(this.dir, `archive-${++this.#count}`)
    await writeFile(path, formatCpio(await membersOf(folder)))
    return path
  }

  /** Starts a registry, which machines with its `guestForward` find at `guestRegistry`. It holds `busybox:1`. */
  async registry(): Promise<Registry> {
    const registry = await startRegistry(this.tools, join(this.dir, `registry-${++this.#count}`))
    this.onClose(() => registry.stop())
    await registry.push(this.image.archive, 'busybox:1')
    return registry
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
