import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { identityPath, type ReleaseIdentity } from '@afloat/release'
import { applyOverlay } from './overlay.ts'
import { etcHome } from './usr-tree.ts'

/** What makes one release differ from another built of the same packages. */
export type ReleaseFiles = {
  readonly identity: ReleaseIdentity
  /** Bundled QuickJS programs by their path below /usr. */
  readonly programs: Readonly<Record<string, string>>
  readonly overlays: readonly string[]
}

/** Puts into a finished tree what belongs to one release: who it is, host programs, overlays last. */
export async function addReleaseFiles(target: string, release: ReleaseFiles): Promise<void> {
  const { version } = release.identity
  const etc = join(target, etcHome)
  await writeFile(join(target, 'usr/lib/os-release'), osRelease(version))
  await writeFile(join(etc, 'issue'), `Afloat ${version} \\n \\l\n`)
  const identity = `${JSON.stringify(release.identity, null, 2)}\n`
  for (const [path, text] of [
    [identityPath.slice(1), identity] as const,
    ...Object.entries(release.programs).map(([path, text]) => [join('usr', path), text] as const),
  ]) {
    await mkdir(dirname(join(target, path)), { recursive: true })
    await writeFile(join(target, path), text)
  }
  for (const overlay of release.overlays) await applyOverlay(overlay, { usr: join(target, 'usr'), etc })
}

function osRelease(version: string): string {
  return [
    'NAME="Afloat"',
    'ID=afloat',
    'ID_LIKE=debian',
    `PRETTY_NAME="Afloat ${version}"`,
    `VERSION_ID=${version}`,
    `VERSION="${version}"`,
    // What extension images must match; without it each release would need images of its own. Source: os-release(5)
    'SYSEXT_LEVEL=1',
    'IMAGE_ID=afloat',
    `IMAGE_VERSION=${version}`,
    'DEFAULT_HOSTNAME=afloat',
    'ANSI_COLOR="0;36"',
    '',
  ].join('\n')
}
