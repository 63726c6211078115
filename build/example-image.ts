import { globSync } from 'node:fs'
import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, keyOf } from './cache.ts'
import { writeOciImage } from './oci-image.ts'
import { unpackPackages } from './os-packages.ts'
import { repoDir } from './paths.ts'

/**
 * Returns the OCI image of the web server of `examples/web.yaml` as "LAYOUT:TAG": busybox of Debian and the
 * files of `examples/web/www`.
 */
export async function ensureWebImage(): Promise<string> {
  const packages = await unpackPackages('examples/web/packages')
  const home = join(repoDir, 'examples/web/www')
  const pages = await Promise.all(
    globSync('*', { cwd: home })
      .sort()
      .map(async (name) => [name, await readFile(join(home, name), 'utf8')]),
  )
  const dir = await cached(
    'containers',
    keyOf([1, packages.key, packages.packages, pages]),
    async (partial) => {
      const root = join(partial, 'root')
      await mkdir(join(root, 'bin'), { recursive: true })
      await cp(join(packages.root, 'usr/bin/busybox'), join(root, 'bin/busybox'))
      await cp(home, join(root, 'www'), { recursive: true })
      await writeOciImage(
        {
          root,
          command: ['/bin/busybox', 'httpd', '-f', '-h', '/www', '-p', '80'],
          exposedPorts: ['80/tcp'],
        },
        join(partial, 'layout'),
        '1',
      )
      await rm(root, { recursive: true })
    },
  )
  return `${join(dir, 'layout')}:1`
}
