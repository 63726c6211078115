import type { ReleaseIdentity } from './identity.ts'

/** What a bundle contains; signed, and the first thing in it. */
export type Manifest = ReleaseIdentity & {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'Release'
  readonly architecture: 'x86_64'
  /** dm-verity root hash of `/usr`: 64 lower-case hexadecimal digits. */
  readonly usrRootHash: string
  /** A machine that runs an older version must take another one first. */
  readonly minimumVersion?: string
  /** For people; line breaks are the only control characters in it. */
  readonly notes?: string
  /** In the order of their frames in the payload; `usr`, `verity` and `uki` are always among them. */
  readonly artefacts: readonly Artefact[]
}

export type Artefact = {
  readonly name: string
  readonly bytes: number
  /** Of the whole artefact, uncompressed. */
  readonly sha256: string
  readonly frames: readonly Frame[]
}

/** A piece of an artefact that is compressed, fetched and verified on its own. */
export type Frame = {
  /** Uncompressed size: `frameBytes`, less for the last frame. */
  readonly bytes: number
  /** Size in the bundle; equal to `bytes` when the frame is stored as it is, else it is one zstd frame. */
  readonly storedBytes: number
  /** Of the bytes in the bundle: nothing that was not signed gets as far as being decompressed. */
  readonly sha256: string
}

/** What every release consists of. */
export const requiredArtefacts = ['usr', 'verity', 'uki'] as const

const MiB = 1024 * 1024

/** Uncompressed size of every frame but the last of its artefact. */
export const frameBytes = 4 * MiB

/** A bundle beyond any of these is refused, whoever signed it. */
export const manifestLimits = {
  manifestBytes: MiB,
  signatureBytes: 64 * 1024,
  artefacts: 16,
  /** Uncompressed, all artefacts together. */
  totalBytes: 8 * 1024 * MiB,
  notesLength: 16 * 1024,
  /** Source: Linux, arch/x86/include/asm/setup.h (COMMAND_LINE_SIZE) */
  cmdlineLength: 2048,
  versionLength: 64,
} as const
