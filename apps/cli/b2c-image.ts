import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatSize as formatRow } from '@afloat/bench/sizes'
import { formatSize, parseSize } from '@afloat/boot2container'
import { checkAuthorities } from '@afloat/build/boot2container/authority-pack'
import { ensureBootMedium, type MediumKind } from '@afloat/build/boot2container/boot-medium'
import { biosWords } from '@afloat/build/boot2container/iso-image'
import type { PackName } from '@afloat/build/boot2container/packs'
import { type B2cParts, describeFile, ensureB2cParts } from '@afloat/build/boot2container/release'
import { checkSeeds } from '@afloat/build/boot2container/seed-pack'
import { parseCmdline } from '@afloat/cmdline'
import { Command, InvalidArgumentError, Option } from 'commander'
import { addText, type PartsOptions, partsOptions } from './b2c-parts-options.ts'
import { checkTexts, readCmdline } from './check-texts.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { claimOutput } from './output-file.ts'
import { progress } from './progress.ts'
import { type ReportArguments, reportOptions, reportStyle } from './report-options.ts'

type ImageOptions = PartsOptions &
  ReportArguments & {
    output?: string
    iso?: true
    cmdline?: string[]
    file?: string
    cache?: number
    json?: true
  }

/** `afloat b2c image`: an image for a USB stick or a CD, which boots straight into containers. */
export function imageCommand(): Command {
  const command = reportOptions(new Command('image'))
    .description('Write an image for a USB stick or a CD, which boots straight into containers')
    .option('-o, --output <file>', 'the image (default: "b2c.img", with --iso "b2c.iso")')
    .addOption(
      new Option('--iso', 'an ISO image: for CDs, remote consoles and sticks, by UEFI and by BIOS').conflicts(
        'cache',
      ),
    )
    .option('--cmdline <words>', 'the kernel command line, or parameters of it (repeatable)', addText)
    .option('-f, --file <FILE>', 'read the command line from a file, - for standard input')
  return partsOptions(command, { kernel: 'metal' })
    .option('--cache <size>', 'add a partition of this size that keeps images and volumes, as 4G', readMiB)
    .option('--json', 'print one JSON object instead of sizes')
    .action(image)
}

async function image(options: ImageOptions, command: Command): Promise<void> {
  if ((options.file === undefined) === (options.cmdline === undefined))
    command.error(`error: Cannot write an image: pass the kernel command line, either with --cmdline or with --file
hint: What runs is said there: --cmdline 'b2c.run="registry.example/image command"'`)
  try {
    await interruptible(() => write(options))
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped; what was finished is kept for the next build')
    process.exitCode = 130
  }
}

/** What can be found to be wrong is found before anything is built. */
async function write(options: ImageOptions): Promise<void> {
  const seeds = (options.seed ?? []).map((path) => resolve(path))
  const authorities = (options.ca ?? []).map((path) => resolve(path))
  checkSeeds(seeds)
  await checkAuthorities(authorities)
  const { text, name } = readCmdline(options.cmdline ?? [], options.file)
  const added = additions(text, options)
  const cmdline = [text.trim(), ...added].join(' ')
  const { ok, format } = checkTexts({ text: hasBios(options) ? `${cmdline} ${biosWords}` : cmdline, name })
  process.stderr.write(format(reportStyle(options)))
  if (!ok) {
    process.exitCode = 1
    return
  }
  const kind: MediumKind = options.iso ? 'iso' : 'disk'
  const path = options.output ?? (options.iso ? 'b2c.iso' : 'b2c.img')
  const output = await claimOutput(resolve(path))
  try {
    const { stage } = progress()
    const { kernel, arch: architecture } = options
    const parts = await ensureB2cParts({ architecture, kernel, packs: packsOf(options) }, stage)
    // Boot loaders read it from a line of a file.
    const line = cmdline.replaceAll(/\s*\n\s*/g, ' ')
    const inputs = { ...parts, kind, seeds, authorities, cmdline: line, cacheMiB: options.cache }
    const image = await stage('Image', () => ensureBootMedium(inputs))
    await stage('Copy', () => output.fill(image))
    if (options.json) return console.log(JSON.stringify(await manifest(parts, image)))
    const lines = [
      ...(await sizesOf(parts, image)),
      ...(added.length > 0 ? [`Added to the command line: ${added.join(' ')}`] : []),
      nextSteps[kind](path),
    ]
    console.log(lines.join('\n'))
  } finally {
    await output.release()
  }
}

/** A cache that is asked for is to be used, and images that are there are not to be waited for. */
function additions(cmdline: string, { cache, seed }: ImageOptions): string[] {
  const given = parseCmdline(cmdline)
  const wanted: [boolean, name: string, value: string][] = [
    [cache !== undefined, 'b2c.cache_device', 'auto'],
    [seed !== undefined, 'b2c.pull', 'missing'],
  ]
  return wanted.flatMap(([is, name, value]) => (is && !given.has(name) ? [`${name}=${value}`] : []))
}

/** A command line has to have room for what the boot loader of a BIOS adds. */
function hasBios({ iso, arch }: ImageOptions): boolean {
  return iso === true && arch === 'x86_64'
}

/** The kernel for all hardware is of no use without its drivers. */
function packsOf({ kernel, with: packs = [] }: ImageOptions): PackName[] {
  return [...new Set<PackName>(kernel === 'metal' ? [...packs, 'modules'] : packs)]
}

async function manifest({ base, packs }: B2cParts, image: string) {
  return {
    apiVersion: 'afloat/v1',
    kind: 'Boot2containerImage',
    architecture: base.inputs.architecture,
    kernelRelease: base.inputs.modules.release,
    packs: packs.map(({ name }) => name),
    image: await describeFile(image),
  }
}

async function sizesOf({ base, packs }: B2cParts, image: string): Promise<string[]> {
  const files = [
    { name: 'kernel', path: base.kernel },
    { name: 'initramfs', path: base.initramfs },
    ...packs.map(({ name, path }) => ({ name: `${name}.pack`, path })),
    { name: 'image', path: image },
  ]
  const sizes = files.map(async ({ name, path }) => ({ name, bytes: (await stat(path)).size }))
  return (await Promise.all(sizes)).map(formatRow)
}

const toStick = (path: string) =>
  `to a stick, which loses what it holds: dd if=${path} of=/dev/sdX bs=4M conv=fsync`
const nextSteps: Readonly<Record<MediumKind, (path: string) => string>> = {
  disk: (path) => `Write it ${toStick(path)}`,
  iso: (path) => `Give it to a virtual machine or a remote console as a CD, or write it ${toStick(path)}`,
}

const leastCacheMiB = 64

function readMiB(text: string): number {
  const bytes = parseSize(text)
  if (bytes === undefined) throw new InvalidArgumentError('Expected a size, such as 512M or 4G')
  const MiB = Math.ceil(bytes / 1024 ** 2)
  if (MiB >= leastCacheMiB) return MiB
  throw new InvalidArgumentError(`Expected at least ${formatSize(leastCacheMiB * 1024 ** 2)}`)
}
