import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AfloatError, formatDiagnostic, type Report } from '@afloat/report'
import { netbootError } from './errors.ts'
import { type NetbootFile, textFile } from './files.ts'
import { type Images, manifestName, readImages } from './images/read-images.ts'
import type { Log } from './log.ts'
import { type Boot, listedBoots, type MachineSet } from './machines/machine-set.ts'
import { parseMachines } from './machines/parse-machines.ts'
import { type ExtraArgsSigner, newSigner } from './machines/sign-extra-args.ts'

/** All that is served at one moment: replaced as a whole. */
export type Site = { readonly images: Images; readonly machines: MachineSet }

/** What requests are answered from. */
export type ServedSite = {
  readonly current: Site
  /** The extra arguments of that name. */
  extraArgs(name: string): NetbootFile | undefined
  /** What is to be said on the command line about extra arguments that are below `args/` of that address. */
  extraArgsOf(boot: Boot, baseUrl: string): string | undefined
}

export type SiteOptions = {
  /** What `afloat b2c build --output` has written. */
  readonly imagesDir: string
  /** The file that says who boots what. */
  readonly machinesPath: string
  readonly log: Log
  /** How often files are looked at for changes; default 1 s. */
  readonly pollMs?: number
}

/** A site that follows its files: what is wrong in a change is told, and what was good before stays. */
export class LiveSite implements ServedSite {
  readonly #options: SiteOptions
  #current: Site
  #loading = Promise.resolve()
  readonly #signer: ExtraArgsSigner = newSigner()
  /** Also those of earlier: a machine may have been told of them a moment ago. */
  readonly #extraArgs = new Map<string, NetbootFile>()

  private constructor(options: SiteOptions, site: Site) {
    this.#options = options
    this.#current = site
    for (const path of this.#paths)
      watchFile(path, { interval: options.pollMs ?? 1000 }, (now, before) => {
        // also called when a file was only read
        if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size)
          this.#reload(path)
      })
  }

  /** Throws `netboot/no-images`, `netboot/bad-manifest`, `netboot/no-machines`, `netboot/bad-machines`. */
  static async open(options: SiteOptions): Promise<LiveSite> {
    return new LiveSite(options, await readSite(options))
  }

  get current(): Site {
    return this.#current
  }

  extraArgs(name: string): NetbootFile | undefined {
    return this.#extraArgs.get(name)
  }

  extraArgsOf({ extra }: Boot, baseUrl: string): string | undefined {
    if (extra === undefined) return undefined
    const { name, text } = this.#signer.sign(extra)
    this.#extraArgs.set(name, textFile(name, text))
    return `b2c.extra_args_url=${baseUrl}/args/${name} b2c.extra_args_key=${this.#signer.publicKey}`
  }

  close(): void {
    for (const path of this.#paths) unwatchFile(path)
  }

  get #paths(): readonly string[] {
    return [this.#options.machinesPath, join(this.#options.imagesDir, manifestName)]
  }

  #reload(path: string): void {
    const { log } = this.#options
    this.#loading = this.#loading.then(async () => {
      try {
        this.#current = await readSite(this.#options)
        log({ event: 'reloaded', path, what: describeSite(this.#current) })
      } catch (error) {
        log({ event: 'kept', path, problem: problemOf(error) })
      }
    })
  }
}

/** What is wrong: with the file of machines all of it, line by line. */
export function problemOf(error: unknown): string {
  const report = error instanceof AfloatError ? error.details['report'] : undefined
  return typeof report === 'string' ? report : (error as Error).message
}

export function describeSite({ machines, images }: Site): string {
  const count = listedBoots(machines).size
  const others = machines.others === undefined ? 'and nobody else' : 'and all others'
  return `${count} ${count === 1 ? 'machine' : 'machines'} ${others}, ${images.packs.size} packs`
}

async function readSite({ imagesDir, machinesPath, log }: SiteOptions): Promise<Site> {
  const images = await readImages(imagesDir)
  const text = await readMachines(machinesPath)
  const packs = [...images.packs.keys()]
  const { machines, report, shown } = parseMachines(text, { fileName: machinesPath, packs })
  if (machines === undefined)
    throw netbootError(
      'netboot/bad-machines',
      `Cannot use "${machinesPath}": no machine would boot with what is wrong here`,
      { details: { report: formatReport(report, shown) } },
    )
  if (!report.isEmpty) log({ event: 'warned', path: machinesPath, problem: formatReport(report, shown) })
  return { images, machines }
}

async function readMachines(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw netbootError('netboot/no-machines', `Cannot read "${path}": ${(cause as Error).message}`, {
      cause,
      hint: 'Name the file that says which machine boots what: docs/usage/netboot.md shows one',
    })
  }
}

function formatReport(report: Report, text: string | undefined): string {
  return report.diagnostics
    .map((diagnostic) => formatDiagnostic(diagnostic, text))
    .join('\n')
    .trimEnd()
}
