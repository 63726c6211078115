import { rm, writeFile } from 'node:fs/promises'
import type { ToolsTree } from './tools-tree.ts'

export type UkiParts = {
  readonly kernel: string
  /** As in `uname -r`. */
  readonly kernelRelease: string
  /** Archives of the initramfs, one behind the other. */
  readonly initrds: readonly string[]
  readonly cmdline: string
  /** What a boot loader shows, as the text of an os-release file. */
  readonly osRelease: string
  /** Seconds since 1970. */
  readonly epoch: number
}

/** Writes what firmware starts: kernel, initramfs and command line in one file. */
export async function writeUki(tools: ToolsTree, parts: UkiParts, output: string): Promise<void> {
  // As an argument ukify would join words that several blanks part, also in quotes.
  const cmdline = `${output}.cmdline`
  await writeFile(cmdline, parts.cmdline)
  const inputs = [
    `--linux=${parts.kernel}`,
    ...parts.initrds.map((path) => `--initrd=${path}`),
    `--cmdline=@${cmdline}`,
    `--os-release=${parts.osRelease}`,
    `--uname=${parts.kernelRelease}`,
  ]
  await tools.run(['ukify', 'build', ...inputs, `--output=${output}`], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(parts.epoch) },
  })
  await rm(cmdline)
}
