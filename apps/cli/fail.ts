import { AfloatError } from '@afloat/report'

/** Prints an error for a person and ends the program with exit code 1. A bug shows its stack, a failure does not. */
export function fail(error: unknown): never {
  if (error instanceof AfloatError) {
    console.error(`error: ${error.message} (${error.code})`)
    if (error.hint !== undefined) console.error(`hint: ${error.hint}`)
  } else {
    console.error(error)
  }
  process.exit(1)
}
