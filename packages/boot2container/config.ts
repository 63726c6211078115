/**
 * What a machine is asked to do: the `b2c.` parameters of its kernel command line and of its extra arguments, read and
 * with defaults filled in. Lists keep the order of the command line.
 */
export interface PipelineConfig {
  /** `b2c.run_service`: started before the pipeline, in the background. */
  readonly services: readonly Container[]
  /** `b2c.run`: one after the other, in the foreground. */
  readonly containers: readonly Container[]
  /** `b2c.run_post`: always, after the pipeline; what comes of them does not count. */
  readonly postContainers: readonly Container[]
  /** Whether the first container that fails ends the pipeline. */
  readonly pipefail: boolean
  readonly pull: PullPolicy
  /** What containers get without asking for it. `false` takes the privileges away that the reference gives to all. */
  readonly privileged: boolean
  /** Capabilities without `CAP_`, for all containers; only where they are not privileged. */
  readonly addCapabilities: readonly string[]
  readonly dropCapabilities: readonly string[]
  readonly readOnly: boolean
  readonly imagePolicy: ImagePolicy
  readonly cacheDevice: CacheDevice
  /** The most that images may take of the cache; those used longest ago go first. Undefined: what the disk holds. */
  readonly cacheLimitBytes?: number
  /** Size of the swap file on the cache. */
  readonly swapBytes?: number
  readonly filesystems: readonly Filesystem[]
  readonly volumes: readonly Volume[]
  readonly s3Aliases: readonly S3Alias[]
  /** Empty: `ip=` of the kernel, else DHCP on all Ethernet interfaces. */
  readonly interfaces: readonly Interface[]
  /** Name or address of a server; undefined: the clock is left alone. */
  readonly ntpPeer?: string
  readonly extraArgs?: ExtraArgs
  /** Modules to load by file name, from the modules pack. */
  readonly modules: readonly string[]
  readonly hostname: string
  readonly keymap?: string
  readonly poweroffDelaySec: number
  /** Shell text, instead of powering off or restarting. */
  readonly shutdownCommand?: string
  readonly rebootCommand?: string
  readonly onFinish: OnFinish
  readonly reports: readonly ReportSink[]
  readonly secrets: readonly Secret[]
}

/** `newer`: as `always`, but a cached image will do when the registry does not answer. */
export type PullPolicy = 'always' | 'newer' | 'missing' | 'never'

/** `rerun`: the same again. `soft-reboot`: from reading the command line on, by the same kernel. */
export type OnFinish = 'poweroff' | 'reboot' | 'rerun' | 'soft-reboot' | 'hold'

/** Arguments for `podman create`, image and command included, split as a shell would. */
export interface Container {
  readonly args: readonly string[]
  /** Which one of its list, for messages; from 0. */
  readonly index: number
}

export interface ImagePolicy {
  /** Whether images must be named by digest. */
  readonly requireDigest: boolean
  /** PEM public keys, one of which must have signed an image (sigstore, as cosign attaches it). Empty: not checked. */
  readonly publicKeys: readonly string[]
  /** Whether a signature was asked for by name: then, without any key, no image passes. */
  readonly requireSignature?: boolean
}

/** Label of the file system, and name of the partition, that holds a cache. The reference's, so that both share one. */
export const CACHE_LABEL = 'B2C_CACHE'

export type CacheDevice =
  | { readonly kind: 'none' | 'auto' | 'reset' }
  | { readonly kind: 'device'; readonly path: string }
  | { readonly kind: 'filesystem'; readonly name: string }

export interface Filesystem {
  readonly name: string
  /** A device, or `server:/path`. */
  readonly source: string
  readonly type?: string
  readonly options: readonly string[]
}

export type SyncCondition =
  | 'pipeline_start'
  | 'container_start'
  | 'container_end'
  | 'pipeline_end'
  /** In the background, at each change, and once more at the end. Overrides the others. */
  | 'changes'

export interface Volume {
  readonly name: string
  /** A named file system; undefined: the cache, or memory. */
  readonly filesystem?: string
  /** `alias/bucket/path`; `mirror=` sets both. Nothing is mirrored unless both are there. */
  readonly pullFrom?: string
  readonly pushTo?: string
  readonly pullOn: readonly SyncCondition[]
  readonly pushOn: readonly SyncCondition[]
  readonly expiration: 'never' | 'pipeline_end'
  readonly overwrite: boolean
  readonly remove: boolean
  readonly exclude: readonly string[]
  /** Name of a key known to S3, for what is stored there. */
  readonly encryptKey?: string
  readonly preserve: boolean
  /** Base64, or `secret:NAME`. */
  readonly fscryptKey?: string
  readonly resetFscryptKey: boolean
}

export interface S3Alias {
  readonly alias: string
  readonly url: string
  /** As written, or `secret:NAME`. */
  readonly key: string
  readonly secret: string
}

export interface Interface {
  readonly name: string
  readonly dhcp: boolean
  /** With a prefix length, `10.0.0.2/24`. */
  readonly addresses: readonly string[]
  readonly gateway?: string
  readonly routes: readonly Route[]
  readonly nameservers: readonly string[]
  /** Whether packets are forwarded between this interface and others. */
  readonly forward: boolean
}

export interface Route {
  /** With a prefix length, or `default`. */
  readonly destination: string
  readonly gateway: string
}

export interface ExtraArgs {
  readonly url: string
  /** Ed25519, raw, base64: one of them must have signed what comes. Empty: not checked, as the reference does. */
  readonly publicKeys: readonly string[]
}

/** A value that does not stand on the command line; `secret:NAME` in other parameters refers to it. */
export interface Secret {
  readonly name: string
  readonly source: SecretSource
}

export type SecretSource =
  /** QEMU's fw_cfg, `opt/org.example/key`. */
  | { readonly kind: 'fw_cfg'; readonly key: string }
  /** SMBIOS type 11 string `io.systemd.credential:NAME=…`. */
  | { readonly kind: 'smbios'; readonly name: string }
  /** On a named file system. */
  | { readonly kind: 'file'; readonly filesystem: string; readonly path: string }
  | { readonly kind: 'https'; readonly url: string }

/** Where the report goes, JSON Lines. */
export type ReportSink =
  | { readonly kind: 'console' }
  /** A virtio-serial port; default name `org.afloat.report`. */
  | { readonly kind: 'virtio'; readonly port: string }
  /** A file on a volume. */
  | { readonly kind: 'volume'; readonly volume: string; readonly path: string }
  | { readonly kind: 'url'; readonly url: string }
