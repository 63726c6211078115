import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { netbootError } from '../errors.ts'
import { diskFile, type NetbootFile } from '../files.ts'

/** Where Debian's package "ipxe" puts them. */
export const ipxeDir = '/usr/lib/ipxe'

/** Names that DHCP hands out, with those of the package. */
const programs: Readonly<Record<string, readonly string[]>> = {
  'undionly.kpxe': ['undionly.kpxe'],
  'ipxe.pxe': ['ipxe.pxe'],
  'ipxe.efi': ['ipxe-amd64.efi', 'ipxe.efi'],
  'ipxe-arm64.efi': ['ipxe-arm64.efi'],
  'snponly.efi': ['snponly.efi'],
}

/** The iPXE programs of a folder, by the names they are served under. Throws `netboot/no-ipxe` when it has none. */
export function findIpxe(dir: string): Map<string, NetbootFile> {
  const found = new Map<string, NetbootFile>()
  for (const [name, files] of Object.entries(programs)) {
    const path = files.map((file) => join(dir, file)).find(existsSync)
    if (path !== undefined) found.set(name, diskFile(name, path))
  }
  if (found.size > 0) return found
  throw netbootError(
    'netboot/no-ipxe',
    `There is no iPXE in "${dir}": expected ${Object.keys(programs).join(', ')}`,
    {
      hint: 'Install the package "ipxe" (apt-get install ipxe), or name the folder of your own with --ipxe',
    },
  )
}
