import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. */
export const repoDir = dirname(dirname(fileURLToPath(import.meta.url)))
