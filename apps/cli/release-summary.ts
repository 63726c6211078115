import { stat } from 'node:fs/promises'
import type { Artefact, Manifest } from '@afloat/release'

/** A release for people, a line for each thing. */
export async function summarizeRelease(manifest: Manifest, path: string): Promise<string[]> {
  const { kernel, initramfs, artefacts, minimumVersion, notes } = manifest
  const total = artefacts.reduce((sum, { bytes }) => sum + bytes, 0)
  const { size } = await stat(path)
  return [
    `Release:      ${manifest.version}, ${manifest.architecture}`,
    `Root hash:    ${manifest.usrRootHash}`,
    `Kernel:       ${kernel.release} (${kernel.sha256.slice(0, 16)})`,
    `Initramfs:    ${initramfs.sha256.slice(0, 16)}`,
    `Command line: ${manifest.cmdline}`,
    `systemd:      ${manifest.systemd.version}`,
    ...(minimumVersion === undefined ? [] : [`Needs:        ${minimumVersion} or later on the machine`]),
    ...(notes === undefined ? [] : [`Notes:        ${notes.replaceAll('\n', '\n              ')}`]),
    ...artefacts.map(formatArtefact),
    `Size:         ${megabytes(size)}, ${megabytes(total)} uncompressed`,
  ]
}

function formatArtefact({ name, bytes, frames }: Artefact): string {
  const stored = frames.reduce((sum, frame) => sum + frame.storedBytes, 0)
  const frame = frames.length === 1 ? 'frame' : 'frames'
  return `  ${name.padEnd(12)}${megabytes(bytes).padStart(10)}, stored as ${megabytes(stored)} in ${frames.length} ${frame}`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
