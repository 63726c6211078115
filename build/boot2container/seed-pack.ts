import { writeSharePack } from './share-pack.ts'

/** Writes images (OCI archives) as an archive that goes behind the base: a machine has them without a registry. */
export async function writeSeedPack(images: readonly string[], output: string): Promise<void> {
  await writeSharePack('seed', images, output)
}
