import type { Sys } from '../../sys/sys.ts'
import { type ConfigSearch, readConfig } from './found-config.ts'

const home = '/sys/firmware/qemu_fw_cfg'

/** Keys under which a hypervisor hands over a config, `qemu -fw_cfg name=KEY,file=CONFIG`; the first wins. */
const keys = ['opt/org.flatcar-linux/config', 'opt/com.coreos/config']

/** Reads the config that QEMU, or who speaks its firmware interface, hands over. */
export function findInFirmware(sys: Sys): ConfigSearch {
  // A module on some kernels, built in on others, and without a device behind it on most machines.
  if (!sys.exists(home)) sys.run(['modprobe', '--quiet', 'qemu_fw_cfg'])
  for (const key of keys) {
    const config = readConfig(sys, `${home}/by_name/${key}/raw`, {
      channel: 'fw-cfg',
      place: `fw_cfg ${key}`,
    })
    if (config !== undefined) return { kind: 'found', config }
  }
  return { kind: 'none' }
}
