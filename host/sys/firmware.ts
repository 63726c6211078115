import type { Sys } from './sys.ts'
import { waitUntil } from './wait-until.ts'

const home = '/sys/firmware/qemu_fw_cfg'
const driver = 'qemu_fw_cfg'
const driverLimitMs = 10_000
const table = '/sys/firmware/dmi/tables/DMI'

/** Returns the file with what QEMU, or who speaks its firmware interface, hands over as `key`; it need not be there. */
export function fwCfgPath(sys: Sys, key: string): string {
  const path = `${home}/by_name/${key}/raw`
  // A module on some kernels, built in on others, and without a device behind it on most machines. Where somebody else loads
  // it at this moment its folder is there before the files in it, and modprobe of busybox does not wait for that.
  const state = () => sys.readText(`/sys/module/${driver}/initstate`)?.trim()
  if (sys.exists(path) || state() === 'live') return path
  sys.run(['modprobe', '-q', driver])
  waitUntil(sys, driverLimitMs, () => state() !== 'coming' || undefined)
  return path
}

/** Returns the strings that the maker or host of a machine left in its SMBIOS (type 11), as bytes, in order. */
export function readOemStrings(sys: Sys): Uint8Array[] {
  return parseOemStrings(sys.readBytes(table) ?? new Uint8Array())
}

const oemStrings = 11
const endOfTable = 127
const headerBytes = 4

/** A structure is a header (type, length, handle), its fields, and strings that end in 0, after the last one another 0. */
function parseOemStrings(bytes: Uint8Array): Uint8Array[] {
  const strings: Uint8Array[] = []
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const type = bytes[at]!
    const length = bytes[at + 1]!
    if (length < headerBytes || type === endOfTable) break
    at += length
    if (bytes[at] === 0) at++
    while (at < bytes.length && bytes[at] !== 0) {
      const found = bytes.indexOf(0, at)
      const end = found < 0 ? bytes.length : found
      if (type === oemStrings) strings.push(bytes.slice(at, end))
      at = end + 1
    }
    at++
  }
  return strings
}
