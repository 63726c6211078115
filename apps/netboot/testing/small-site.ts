import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeAtomic } from '@afloat/build/cache'
import type { LogEvent } from '../log.ts'

const machines = `
profiles:
  - {name: ci, cmdline: b2c.run=r.example/a, packs: s3}
machines:
  - {name: board-1, mac: "52:54:00:12:34:56", profile: ci}
`

/** A folder as a build leaves it, with a few bytes for each file, a file of machines, and a log. */
export class SmallSite implements AsyncDisposable {
  readonly dir: string
  readonly events: LogEvent[] = []

  private constructor(dir: string) {
    this.dir = dir
  }

  static async make(): Promise<SmallSite> {
    const site = new SmallSite(await mkdtemp(join(tmpdir(), 'netboot-')))
    await mkdir(site.imagesDir)
    await mkdir(site.ipxeDir)
    await site.write('images/linux', 'kernel'.repeat(1000))
    await site.write('images/initramfs.cpio.zst', 'initramfs')
    await site.write('images/pack-s3.cpio.zst', 'pack')
    await site.write('images/secret', 'not in the manifest')
    await site.write('ipxe/undionly.kpxe', 'ipxe'.repeat(300))
    await site.writeManifest({})
    await site.write('machines.yaml', machines)
    return site
  }

  get imagesDir(): string {
    return join(this.dir, 'images')
  }

  get ipxeDir(): string {
    return join(this.dir, 'ipxe')
  }

  get machinesPath(): string {
    return join(this.dir, 'machines.yaml')
  }

  readonly log = (event: LogEvent): void => {
    this.events.push(event)
  }

  async write(path: string, text: string): Promise<void> {
    await writeAtomic(join(this.dir, path), text)
  }

  async writeManifest(change: Record<string, unknown>): Promise<void> {
    const manifest = {
      kernel: { file: 'linux' },
      initramfs: { file: 'initramfs.cpio.zst' },
      packs: [{ name: 's3', file: 'pack-s3.cpio.zst' }],
      ...change,
    }
    await this.write('images/manifest.json', JSON.stringify(manifest))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true })
  }
}
