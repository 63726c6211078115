import { fwCfgPath } from '../../sys/firmware.ts'
import type { Sys } from '../../sys/sys.ts'
import { type ConfigSearch, readConfig } from './found-config.ts'

/** Keys under which a hypervisor hands over a config, `qemu -fw_cfg name=KEY,file=CONFIG`; the first wins. */
const keys = ['opt/org.flatcar-linux/config', 'opt/com.coreos/config']

/** Reads the config that QEMU, or who speaks its firmware interface, hands over. */
export function findInFirmware(sys: Sys): ConfigSearch {
  for (const key of keys) {
    const config = readConfig(sys, fwCfgPath(sys, key), { channel: 'fw-cfg', place: `fw_cfg ${key}` })
    if (config !== undefined) return { kind: 'found', config }
  }
  return { kind: 'none' }
}
