import type { Sys } from '../sys/sys.ts'

/** Returns the names of physical Ethernet interfaces: ARPHRD type 1 with a device behind it. */
export function listEthernet(sys: Sys): string[] {
  return (sys.list('/sys/class/net') ?? []).filter((name) => {
    const home = `/sys/class/net/${name}`
    return sys.readText(`${home}/type`)?.trim() === '1' && sys.exists(`${home}/device`)
  })
}
