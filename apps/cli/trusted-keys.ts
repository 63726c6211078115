import { ensureDevelopmentKey, loadPublicKey, type PublicKey } from '@afloat/build/keys'

/** Returns the keys in the files; without any, that of this computer. Throws `release/bad-key`. */
export async function trustedKeys(files: readonly string[]): Promise<readonly PublicKey[]> {
  if (files.length === 0) return [(await ensureDevelopmentKey()).publicKey]
  return await Promise.all(files.map((file) => loadPublicKey(file)))
}

/** For an option that may be given again. */
export function collectKeys(file: string, earlier: string[]): string[] {
  return [...earlier, file]
}
