/** Processors that something can be built for. */
export type Architecture = 'x86_64' | 'aarch64'

/** What an architecture is called elsewhere. */
export type ArchitectureNames = {
  readonly debian: string
  /** As in the names of compilers and of library folders. */
  readonly triple: string
  /** As in the configuration of a container image. */
  readonly oci: string
}

export const architectures: Readonly<Record<Architecture, ArchitectureNames>> = {
  x86_64: { debian: 'amd64', triple: 'x86_64-linux-gnu', oci: 'amd64' },
  aarch64: { debian: 'arm64', triple: 'aarch64-linux-gnu', oci: 'arm64' },
}
