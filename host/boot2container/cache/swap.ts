import { AfloatError } from '@afloat/report'
import type { Sys } from '../../sys/sys.ts'
import type { Reporter } from '../report.ts'

/** Adds a file on the cache to the memory. Returns how to take it away again. Without the room for it, all goes on without. */
export function startSwap(
  sys: Sys,
  report: Reporter,
  dir: string | undefined,
  sizeBytes: number,
): () => void {
  const file = `${dir}/swap`
  return report.stage('swap', undefined, () => {
    try {
      if (dir === undefined) throw new AfloatError('b2c/no-swap', 'Cannot swap: there is no cache to swap to')
      sys.run(['swapoff', file])
      sys.remove(file)
      sys.writeFile(file, '', { mode: 0o600 })
      sys.mustRun(['fallocate', '-l', `${sizeBytes}`, file])
      sys.mustRun(['mkswap', file])
      sys.mustRun(['swapon', file])
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      if (dir !== undefined) sys.remove(file)
      report.warn({
        code: 'b2c/no-swap',
        message: error.message,
        hint: 'Check b2c.swap and the room that b2c.cache_device has',
      })
      return () => {}
    }
    return () => {
      sys.run(['swapoff', file])
      sys.remove(file)
    }
  })
}
