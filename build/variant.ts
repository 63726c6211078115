import { isVersion } from '@afloat/release'
import { AfloatError } from '@afloat/report'

/** What makes one release differ from another that is built of the same packages and sources. */
export type ReleaseVariant = {
  /** MAJOR.MINOR.PATCH, with an optional pre-release. */
  readonly version: string
  /** Folders with `usr/` and `etc/` in them, copied over what the release has there, in this order. */
  readonly overlay?: string | readonly string[] | undefined
  /** Any text: makes an initramfs that differs from that of other releases, and so needs a full reboot. */
  readonly initramfsStamp?: string | undefined
  /** Further parameters of the kernel, after those of `image/cmdline`. */
  readonly cmdlineAppend?: string | undefined
}

/** Throws `build/bad-version`, `build/bad-cmdline` or `build/bad-stamp`. */
export function checkVariant({ version, cmdlineAppend = '', initramfsStamp = '' }: ReleaseVariant): void {
  const shown = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  if (!isVersion(version)) {
    throw new AfloatError(
      'build/bad-version',
      `Cannot build version ${shown(version)}: expected MAJOR.MINOR.PATCH`,
      { hint: 'Write it as in "1.2.3" or "1.2.3-rc.1"' },
    )
  }
  if (!/^[\x20-\x7e]{0,1024}$/.test(cmdlineAppend) || /(^|\s|")usrhash=/.test(cmdlineAppend)) {
    throw new AfloatError(
      'build/bad-cmdline',
      `Cannot add ${shown(cmdlineAppend)} to the kernel command line: expected up to 1024 printable ASCII characters without usrhash=`,
    )
  }
  if (!/^[\x20-\x7e]{0,200}$/.test(initramfsStamp)) {
    throw new AfloatError(
      'build/bad-stamp',
      `Cannot stamp the initramfs with ${shown(initramfsStamp)}: expected up to 200 printable ASCII characters`,
    )
  }
}

export function overlaysOf({ overlay = [] }: ReleaseVariant): readonly string[] {
  return typeof overlay === 'string' ? [overlay] : overlay
}
