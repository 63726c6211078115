import type { Sys } from '../sys/sys.ts'
import { asIs, loadAllDrivers } from './drivers.ts'

/** News of devices from the kernel. */
export type DeviceEvents = {
  /**
   * Waits until a device was added or changed, and loads the drivers that new devices ask for on the way.
   * Returns also when `timeoutMs` has passed.
   */
  next(timeoutMs: number): Promise<void>
  stop(): void
}

const pollMs = 500

/** Starts to listen; what happens from here on is not missed. `wrap` says where modprobe runs. */
export function deviceEvents(sys: Sys, wrap = asIs): DeviceEvents {
  const watcher = sys.watch(['uevent'])
  return {
    async next(timeoutMs) {
      const end = sys.uptimeMs() + timeoutMs
      for (;;) {
        const line = await watcher.nextLine(Math.max(0, end - sys.uptimeMs()))
        if (line === undefined) {
          // uevent ends when it could not read as fast as the kernel told. Without news, look at everything.
          if (watcher.ended) {
            sys.sleepMs(Math.max(0, Math.min(pollMs, end - sys.uptimeMs())))
            loadAllDrivers(sys, wrap)
          }
          return
        }
        const alias = /^MODALIAS=(.+)$/.exec(line)?.[1]
        if (alias !== undefined) sys.run(wrap(['modprobe', '-q', alias]))
        if (/^(add|change|bind)@/.test(line)) return
      }
    },
    stop: () => watcher.stop(),
  }
}
