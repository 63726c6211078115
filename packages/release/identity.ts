import { Fields } from './check-fields.ts'
import { rules } from './text-rules.ts'
import { versionRule } from './version.ts'

/**
 * What a soft reboot cannot replace: the kernel that runs, the initramfs and command line it was started with.
 * Two releases for which these are equal differ in `/usr` alone.
 */
export type BootIdentity = {
  /** `release` as in `uname -r`, `sha256` of the kernel file (vmlinuz). */
  readonly kernel: { readonly release: string; readonly sha256: string }
  /** `sha256` of the initramfs file as it lies in the UKI. */
  readonly initramfs: { readonly sha256: string }
  /** The kernel command line of the UKI without `usrhash=`. */
  readonly cmdline: string
}

/** What a `/usr` says about itself, in `/usr/lib/afloat/release.json`. */
export type ReleaseIdentity = BootIdentity & {
  readonly version: string
  readonly systemd: { readonly version: number }
}

/** Where a release says who it is. */
export const identityPath = '/usr/lib/afloat/release.json'

/** Checks the value of a `release.json`. Unknown keys are left out. Throws `release/bad-identity`, naming the key. */
export function checkIdentity(value: unknown): ReleaseIdentity {
  return readIdentity(new Fields(value, 'release identity', 'release/bad-identity'))
}

/** The part of a manifest or identity that both have. */
export function readIdentity(fields: Fields): ReleaseIdentity {
  const kernel = fields.object('kernel')
  return {
    version: fields.text('version', versionRule),
    kernel: {
      release: kernel.text('release', rules.kernelRelease),
      sha256: kernel.text('sha256', rules.sha256),
    },
    initramfs: { sha256: fields.object('initramfs').text('sha256', rules.sha256) },
    cmdline: fields.text('cmdline', rules.cmdline),
    systemd: { version: fields.object('systemd').whole('version', 1, 99_999) },
  }
}
