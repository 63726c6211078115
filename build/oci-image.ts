import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Architecture, architectures } from './architecture.ts'
import { runProgram } from './run-program.ts'

export type OciImageInputs = {
  /** The folder whose contents become the only layer. */
  readonly root: string
  readonly command: readonly string[]
  /** Default x86_64. */
  readonly architecture?: Architecture
  /** As in "80/tcp". */
  readonly exposedPorts?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * Writes a container image of one layer as an OCI image layout to `layout`, tagged `tag`.
 * Same files, same bytes: owners are root, times are the epoch, names are sorted.
 * Source: OCI Image Format Specification 1.1
 */
export async function writeOciImage(inputs: OciImageInputs, layout: string, tag: string): Promise<void> {
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true })
  const tar = join(layout, 'layer.tar')
  await runProgram([
    'tar',
    '--create',
    `--file=${tar}`,
    `--directory=${inputs.root}`,
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '.',
  ])
  const layer = await moveBlob(layout, tar)
  const config = await writeBlob(layout, {
    architecture: architectures[inputs.architecture ?? 'x86_64'].oci,
    os: 'linux',
    config: {
      Cmd: inputs.command,
      ExposedPorts: Object.fromEntries((inputs.exposedPorts ?? []).map((port) => [port, {}])),
      Labels: inputs.labels ?? {},
    },
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'afloat' }],
  })
  const manifest = await writeBlob(layout, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [
      { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: layer.digest, size: layer.size },
    ],
  })
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n')
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          ...manifest,
          annotations: { 'org.opencontainers.image.ref.name': tag },
        },
      ],
    }),
  )
}

async function writeBlob(layout: string, value: unknown): Promise<{ digest: string; size: number }> {
  const bytes = Buffer.from(JSON.stringify(value))
  const hash = createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(layout, 'blobs/sha256', hash), bytes)
  return { digest: `sha256:${hash}`, size: bytes.length }
}

/** Compresses a layer into its blob and removes the archive. */
async function moveBlob(
  layout: string,
  tar: string,
): Promise<{ digest: string; size: number; diffId: string }> {
  const plain = await readFile(tar)
  const bytes = gzipSync(plain, { level: 6 })
  const hash = createHash('sha256').update(bytes).digest('hex')
  await writeFile(`${tar}.gz`, bytes)
  await rename(`${tar}.gz`, join(layout, 'blobs/sha256', hash))
  await rm(tar)
  return {
    digest: `sha256:${hash}`,
    size: bytes.length,
    diffId: `sha256:${createHash('sha256').update(plain).digest('hex')}`,
  }
}
