import type { Sys } from '../../sys/sys.ts'

const limitMs = 20_000

/** Ends services, and removes what is left of containers. Each step has its limit: afterwards all programs are ended anyway. */
export function stopContainers(sys: Sys): void {
  sys.run(['podman', 'stop', '--all', '--time', '10'], { timeoutMs: limitMs })
  sys.run(['podman', 'rm', '--all', '--force', '--volumes'], { timeoutMs: limitMs })
}
