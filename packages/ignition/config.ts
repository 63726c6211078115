/**
 * An Ignition config of the newest spec; a config of an earlier one has the same shape with fewer fields.
 * Modes and ids are plain numbers (0o644 is 420).
 */
export interface IgnitionConfig {
  readonly ignition: IgnitionSection
  readonly kernelArguments?: {
    readonly shouldExist?: readonly string[]
    readonly shouldNotExist?: readonly string[]
  }
  readonly passwd?: { readonly users?: readonly User[]; readonly groups?: readonly PasswdGroup[] }
  readonly storage?: Storage
  readonly systemd?: { readonly units?: readonly Unit[] }
}

export interface IgnitionSection {
  readonly version: string
  readonly config?: { readonly merge?: readonly Resource[]; readonly replace?: Resource }
  readonly proxy?: {
    readonly httpProxy?: string
    readonly httpsProxy?: string
    readonly noProxy?: readonly string[]
  }
  readonly security?: { readonly tls?: { readonly certificateAuthorities?: readonly Resource[] } }
  readonly timeouts?: { readonly httpResponseHeaders?: number; readonly httpTotal?: number }
}

export interface Storage {
  readonly directories?: readonly Directory[]
  readonly disks?: readonly Disk[]
  readonly files?: readonly File[]
  readonly filesystems?: readonly Filesystem[]
  readonly links?: readonly Link[]
  readonly luks?: readonly Luks[]
  readonly raid?: readonly Raid[]
}

/** What files, directories and links have in common. */
export interface Node {
  readonly path: string
  readonly overwrite?: boolean
  readonly user?: Owner
  readonly group?: Owner
}

/** By number or by name, never both. */
export interface Owner {
  readonly id?: number
  readonly name?: string
}

export interface File extends Node {
  readonly contents?: Resource
  readonly append?: readonly Resource[]
  readonly mode?: number
}

export interface Directory extends Node {
  readonly mode?: number
}

export interface Link extends Node {
  readonly target?: string
  readonly hard?: boolean
}

export interface Resource {
  /** A `data:`, `http:` or `https:` URL. */
  readonly source?: string
  /** Of the bytes at `source`: `gzip`, or empty for none. */
  readonly compression?: string
  readonly httpHeaders?: readonly { readonly name: string; readonly value?: string }[]
  /** `sha256-` or `sha512-` and hexadecimal digits, over the bytes after decompression. */
  readonly verification?: { readonly hash?: string }
}

export interface User {
  readonly name: string
  readonly passwordHash?: string
  readonly sshAuthorizedKeys?: readonly string[]
  readonly uid?: number
  readonly gecos?: string
  readonly homeDir?: string
  readonly noCreateHome?: boolean
  readonly primaryGroup?: string
  readonly groups?: readonly string[]
  readonly noUserGroup?: boolean
  readonly noLogInit?: boolean
  readonly shell?: string
  readonly shouldExist?: boolean
  readonly system?: boolean
}

export interface PasswdGroup {
  readonly name: string
  readonly gid?: number
  readonly passwordHash?: string
  readonly shouldExist?: boolean
  readonly system?: boolean
}

export interface Unit {
  readonly name: string
  readonly contents?: string
  readonly enabled?: boolean
  readonly mask?: boolean
  readonly dropins?: readonly Dropin[]
}

export interface Dropin {
  readonly name: string
  readonly contents?: string
}

export interface Disk {
  readonly device: string
  readonly wipeTable?: boolean
  readonly partitions?: readonly Partition[]
}

export interface Partition {
  readonly number?: number
  readonly label?: string
  readonly sizeMiB?: number
  readonly startMiB?: number
  readonly typeGuid?: string
  readonly guid?: string
  readonly resize?: boolean
  readonly shouldExist?: boolean
  readonly wipePartitionEntry?: boolean
}

export interface Raid {
  readonly name: string
  readonly level?: string
  readonly devices?: readonly string[]
  readonly spares?: number
  readonly options?: readonly string[]
}

export interface Filesystem {
  readonly device: string
  readonly format?: string
  readonly path?: string
  readonly label?: string
  readonly uuid?: string
  readonly wipeFilesystem?: boolean
  readonly mountOptions?: readonly string[]
  readonly options?: readonly string[]
}

export interface Luks {
  readonly name: string
  readonly device?: string
  readonly keyFile?: Resource
  readonly label?: string
  readonly uuid?: string
  readonly options?: readonly string[]
  readonly openOptions?: readonly string[]
  readonly discard?: boolean
  readonly wipeVolume?: boolean
  readonly clevis?: Clevis
  readonly cex?: { readonly enabled?: boolean }
}

export interface Clevis {
  readonly tpm2?: boolean
  readonly threshold?: number
  readonly tang?: readonly Tang[]
  readonly custom?: { readonly pin?: string; readonly config?: string; readonly needsNetwork?: boolean }
}

export interface Tang {
  readonly url?: string
  readonly thumbprint?: string
  readonly advertisement?: string
}
