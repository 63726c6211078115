import type { Sys } from '../sys/sys.ts'

/** News of devices from the kernel. */
export type DeviceEvents = {
  /**
   * Waits until a device was added or changed, and loads the drivers that new devices ask for on the way.
   * Returns also when `timeoutMs` has passed.
   */
  next(timeoutMs: number): Promise<void>
  stop(): void
}

/** Starts to listen; what happens from here on is not missed. */
export function deviceEvents(sys: Sys): DeviceEvents {
  const watcher = sys.watch(['uevent'])
  return {
    async next(timeoutMs) {
      const end = sys.uptimeMs() + timeoutMs
      for (;;) {
        const line = await watcher.nextLine(Math.max(0, end - sys.uptimeMs()))
        if (line === undefined) return
        const alias = /^MODALIAS=(.+)$/.exec(line)?.[1]
        if (alias !== undefined) sys.run(['modprobe', '-q', alias])
        if (/^(add|change|bind)@/.test(line)) return
      }
    },
    stop: () => watcher.stop(),
  }
}
