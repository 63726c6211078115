import { existsSync } from 'node:fs'
import { AfloatError } from '@afloat/report'
import { imageName } from './image-name.ts'
import { writeSharePack } from './share-pack.ts'

/** Writes images (OCI archives) as an archive that goes behind the base: a machine has them without a registry. */
export async function writeSeedPack(images: readonly string[], output: string): Promise<void> {
  await writeSharePack('seed', images, output)
}

/**
 * Returns the names of images by which a command line can ask for them. Throws `b2c/no-archive` for a file that is not
 * there, and `b2c/no-image-name`.
 */
export function checkSeeds(images: readonly string[]): string[] {
  return images.map((path) => {
    if (!existsSync(path))
      throw new AfloatError('b2c/no-archive', `Cannot use image "${path}": there is no such file`, {
        hint: 'Save one: podman save --format oci-archive -o image.tar NAME:TAG, or name an image of a registry',
      })
    return imageName(path)
  })
}
