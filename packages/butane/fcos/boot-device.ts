import {
  flag,
  integer,
  isObject,
  many,
  type ObjectShape,
  type ObjectValue,
  one,
  text,
  texts,
} from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { type Made, underlay } from '../sugar/underlay.ts'
import type { Context, Step } from '../translate/context.ts'
import { mirroredDisk, partLabel } from './mirrored-disk.ts'

/** `boot_device` as fcos 1.3.0 introduced it. */
export const bootDeviceSugar: Readonly<Record<string, ObjectShape>> = {
  config: { boot_device: one('boot_device') },
  boot_device: { layout: text, luks: one('boot_device_luks'), mirror: one('boot_device_mirror') },
  boot_device_luks: { tang: many('tang'), threshold: integer, tpm2: flag },
  boot_device_mirror: { devices: texts },
}

/** What LUKS volumes can do since base 0.5. */
export const discardSugar: Readonly<Record<string, ObjectShape>> = { boot_device_luks: { discard: flag } }

/** What mainframes need, since base 0.6. */
export const mainframeSugar: Readonly<Record<string, ObjectShape>> = {
  boot_device_luks: { cex: one('cex'), device: text },
}

export interface BootDevice {
  readonly layout?: string
  readonly luks?: BootDeviceLuks
  readonly mirror?: { readonly devices?: readonly string[] }
}

interface BootDeviceLuks {
  readonly cex?: { readonly enabled?: boolean }
  readonly device?: string
  readonly discard?: boolean
  readonly tang?: readonly (ObjectValue | null)[]
  readonly threshold?: number
  readonly tpm2?: boolean
}

export function bootDeviceOf(source: ObjectValue): BootDevice {
  return isObject(source['boot_device']) ? (source['boot_device'] as BootDevice) : {}
}

/** Describes the disk that the machine boots from, mirrored or encrypted, beneath what the config says of it. */
export const addBootDevice: Step = (source, config, context) => {
  const device = bootDeviceOf(source)
  const { luks = {} } = device
  const devices = device.mirror?.devices ?? []
  const isMirror = devices.length > 0
  const isLuks = luks.tpm2 === true || (luks.tang?.length ?? 0) > 0 || luks.cex?.enabled === true
  if (!isMirror && !isLuks) return
  const from: Path = ['boot_device']
  const filesystems: Made[] = []
  if (isMirror) filesystems.push(...addMirror(device, devices, config, context))
  if (isLuks) addLuks(device, isMirror, config, context)
  filesystems.push({
    from,
    value: {
      device: isLuks ? '/dev/mapper/root' : '/dev/md/md-root',
      format: 'xfs',
      label: 'root',
      wipeFilesystem: true,
    },
  })
  underlay(config, 'storage', 'filesystems', filesystems, context)
}

/** Partitions and RAIDs over all disks. Returns the file systems for them. */
function addMirror(
  { layout }: BootDevice,
  devices: readonly string[],
  config: ObjectValue,
  context: Context,
): Made[] {
  const from: Path = ['boot_device', 'mirror']
  const disks = devices.map((device, index) => ({
    from: [...from, 'devices', index],
    ...mirroredDisk(device, index + 1, layout),
  }))
  const made = disks.map(({ disk, from }) => ({ value: disk, from }))
  underlay(config, 'storage', 'disks', made, context)
  const members = (label: string) => devices.map((_, index) => partLabel(label, index + 1))
  const raid = (name: string, more: ObjectValue) => ({
    from,
    value: { name: `md-${name}`, level: 'raid1', devices: members(name), ...more },
  })
  // Boot loaders that know no RAID read it when the superblock is at the end.
  const raids = [raid('boot', { options: ['--metadata=1.0'] }), raid('root', {})]
  underlay(config, 'storage', 'raid', raids, context)
  const boot = { device: '/dev/md/md-boot', format: 'ext4', label: 'boot', wipeFilesystem: true }
  return [
    ...disks.flatMap(({ esp, from }) => (esp === undefined ? [] : [{ value: esp, from }])),
    { value: boot, from },
  ]
}

function addLuks(
  { layout, luks = {} }: BootDevice,
  isMirror: boolean,
  config: ObjectValue,
  context: Context,
): void {
  const { cex, discard, tang, threshold, tpm2 } = luks
  const given = (fields: ObjectValue) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const unlock =
    cex?.enabled === true
      ? { cex: { enabled: true } }
      : { clevis: given({ tang: tang as ObjectValue[], threshold, tpm2 } as ObjectValue) }
  const value: ObjectValue = {
    name: 'root',
    label: 'luks-root',
    device: luksDevice(layout, luks.device, isMirror),
    wipeVolume: true,
    ...(discard === undefined ? {} : { discard }),
    ...unlock,
  }
  const from: Path = ['boot_device', 'luks']
  const place: Path = ['storage', 'luks', 0]
  underlay(config, 'storage', 'luks', [{ value, from }], context)
  if ('clevis' in unlock) context.map.add([...place, 'clevis'], from)
  else context.map.add([...place, 'cex'], [...from, 'cex'])
  if (discard !== undefined) context.map.add([...place, 'discard'], [...from, 'discard'])
}

function luksDevice(layout: string | undefined, device: string | undefined, isMirror: boolean): string {
  if (layout === 's390x-eckd') return `${device}2`
  if (layout === 's390x-zfcp') return `${device}4`
  return isMirror ? '/dev/md/md-root' : partLabel('root')
}
