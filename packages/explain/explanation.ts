/** What a machine will get from a config. Everything is in the order of the config. */
export interface Explanation {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'ConfigExplanation'
  /** Version of the Ignition spec. */
  readonly ignition: string
  /** Configs that are fetched and added to this one, or used instead of it. */
  readonly configs: readonly ReferencedConfig[]
  readonly kernelArguments: { readonly add: readonly string[]; readonly remove: readonly string[] }
  readonly disks: readonly ExplainedDisk[]
  readonly raid: readonly ExplainedRaid[]
  readonly luks: readonly ExplainedLuks[]
  readonly filesystems: readonly ExplainedFilesystem[]
  readonly users: readonly ExplainedUser[]
  readonly groups: readonly ExplainedGroup[]
  readonly directories: readonly ExplainedDirectory[]
  readonly files: readonly ExplainedFile[]
  readonly links: readonly ExplainedLink[]
  readonly units: readonly ExplainedUnit[]
  readonly containers: readonly ExplainedContainer[]
  readonly volumes: readonly ExplainedVolume[]
  readonly networks: readonly ExplainedNetwork[]
  readonly extensions: readonly ExplainedExtension[]
  readonly updates: ExplainedUpdates | undefined
}

/** Where bytes come from. */
export interface Contents {
  /** `config` for what stands in the config itself, else a URL without user and query. */
  readonly from: string
  /** Size in bytes after unpacking, where it is known before the machine starts. */
  readonly bytes: number | undefined
  /** Size in bytes in the config, where that is compressed. */
  readonly packedBytes: number | undefined
  readonly compression: 'gzip' | undefined
  /** `sha256-…` or `sha512-…` that the bytes must have. */
  readonly hash: string | undefined
}

export interface ReferencedConfig {
  readonly how: 'merge' | 'replace'
  readonly contents: Contents
  /** What it holds, if it stands in this config and can be read. */
  readonly config: Explanation | undefined
}

export interface ExplainedDisk {
  readonly device: string
  readonly wiped: boolean
  readonly partitions: readonly ExplainedPartition[]
}

export interface ExplainedPartition {
  /** 0 is the next free number. */
  readonly number: number
  readonly label: string | undefined
  /** 0 is all that is free; so is undefined, but for a partition that is there, which keeps its size. */
  readonly sizeMiB: number | undefined
  /** 0 is the first place with room. */
  readonly startMiB: number | undefined
  readonly typeGuid: string | undefined
  readonly action: 'create' | 'resize' | 'replace' | 'delete'
}

export interface ExplainedRaid {
  readonly name: string
  readonly level: string
  readonly devices: readonly string[]
  readonly spares: number
}

export interface ExplainedLuks {
  readonly name: string
  readonly device: string
  readonly wiped: boolean
  /** What opens it: `key file`, `tpm2`, `tang URL`, `pin NAME`, `cex`; `new key` for one that is made and kept on the machine. */
  readonly unlockedBy: readonly string[]
  /** How many of `unlockedBy` are needed, where several are given. */
  readonly threshold: number | undefined
}

export interface ExplainedFilesystem {
  readonly device: string
  readonly format: string | undefined
  /** Where it is mounted while the config is applied. */
  readonly path: string | undefined
  readonly label: string | undefined
  readonly wiped: boolean
  readonly mountOptions: readonly string[]
}

export interface ExplainedNode {
  readonly path: string
  /** Name or number. */
  readonly user: string
  readonly group: string
  readonly overwrite: boolean
}

export interface ExplainedDirectory extends ExplainedNode {
  /** Four octal digits. */
  readonly mode: string
}

export interface ExplainedFile extends ExplainedDirectory {
  /** Undefined for an empty file, or one that stays as it is but for `appended`. */
  readonly contents: Contents | undefined
  readonly appended: readonly Contents[]
}

export interface ExplainedLink extends ExplainedNode {
  readonly target: string
  readonly hard: boolean
}

export interface ExplainedUser {
  readonly name: string
  readonly exists: boolean
  readonly uid: number | undefined
  readonly system: boolean
  readonly primaryGroup: string | undefined
  readonly groups: readonly string[]
  readonly homeDir: string | undefined
  readonly shell: string | undefined
  readonly sshKeys: number
  readonly hasPassword: boolean
}

export interface ExplainedGroup {
  readonly name: string
  readonly exists: boolean
  readonly gid: number | undefined
  readonly system: boolean
}

export interface ExplainedUnit {
  readonly name: string
  /** Undefined leaves it to the presets of the system. */
  readonly enabled: boolean | undefined
  /** Undefined leaves it as it is. */
  readonly masked: boolean | undefined
  /** Whether the config brings the unit itself, not only its state or drop-ins. */
  readonly written: boolean
  readonly dropins: readonly string[]
}

export interface ExplainedContainer {
  readonly name: string
  /** The file it comes from. */
  readonly path: string
  readonly image: string | undefined
  readonly command: string | undefined
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly networks: readonly string[]
  /** Names only: values may be secret. */
  readonly environment: readonly string[]
  readonly restart: string | undefined
  /** The command that shows whether it is well, as its file has it. */
  readonly health: string | undefined
  /** What it may use at most, as in `memory 512m`. */
  readonly limits: readonly string[]
  /** Whether it keeps running through a soft reboot. */
  readonly survives: boolean
}

export interface ExplainedVolume {
  readonly name: string
  readonly path: string
  readonly driver: string | undefined
  /** What is mounted; undefined for a folder that podman keeps. */
  readonly device: string | undefined
  readonly survives: boolean
}

export interface ExplainedNetwork {
  readonly name: string
  readonly path: string
  readonly driver: string | undefined
  readonly subnets: readonly string[]
  readonly internal: boolean
  readonly survives: boolean
}

/** An image that adds to `/usr`. */
export interface ExplainedExtension {
  readonly name: string
  readonly path: string
  readonly contents: Contents | undefined
}

export interface ExplainedUpdates {
  readonly server: string
  readonly group: string
  readonly channel: string | undefined
  readonly strategy: string
  readonly kexec: boolean
  readonly automatic: boolean
  /** When the machine acts by itself, as in `Mon-Fri 02:00 for 2 h`; none: at any time. */
  readonly windows: readonly string[]
  readonly settleSec: number
  readonly publicKeys: number
  readonly health: readonly { readonly unit: string; readonly url: string | undefined }[]
}
