import { join } from 'node:path'
import type { Package } from '../database/tables.ts'

export const packagesPath = '/v1/packages/'

/** Where clients find a package: `directory` ends in a slash. */
export function packagePath(file: Pick<Package, 'sha256' | 'file_name'>): {
  directory: string
  name: string
} {
  return { directory: `${packagesPath}${file.sha256}/`, name: file.file_name }
}

/** Where the bytes are. Named by checksum, so that a file is what its name says or is not there. */
export function packageFile(dataDir: string, sha256: string): string {
  return join(packageStore(dataDir), `${sha256}.afloat`)
}

export function packageStore(dataDir: string): string {
  return join(dataDir, 'packages')
}
