import { isObject, type ObjectValue } from '@afloat/ignition'
import type { Finding, Path } from '@afloat/report'
import { grubConfigPath } from '../fcos/grub.ts'
import type { Context, Step } from '../translate/context.ts'
import { tracedSource } from '../translate/traced-source.ts'
import { snakePath } from '../translate/translation-map.ts'
import { variantErrors as errors } from '../variant-errors.ts'
import { elidedFields } from './machine-config.ts'

/** Objects in a list of the config. */
function listOf(config: ObjectValue, section: string, list: string): ObjectValue[] {
  const parent = config[section]
  const items = isObject(parent) ? parent[list] : undefined
  return Array.isArray(items) ? (items as ObjectValue[]) : []
}

/** FIPS 140-2 does not allow the mode that LUKS has by default. A cipher that the user chose stays. */
export const setFipsCipher: Step = (source, config, { map }) => {
  const { openshift } = source
  if (!isObject(openshift) || openshift['fips'] !== true) return
  for (const [index, volume] of listOf(config, 'storage', 'luks').entries()) {
    const options = (volume['options'] ?? []) as string[]
    if (options.some((option) => /^(-c$|--cipher(=|$))/.test(option))) continue
    volume['options'] = [...options, '--cipher', 'aes-cbc-essiv:sha256']
    for (const at of [options.length, options.length + 1])
      map.addMade(['storage', 'luks', index, 'options', at], ['openshift', 'fips'])
  }
}

/** Refuses what machines do not understand, whoever wrote it: sugar or the user. */
export function refuseUnsupported(more: readonly ('special-modes' | 'format-none')[]): Step {
  return (_source, config, context) => {
    const filesystems = listOf(config, 'storage', 'filesystems')
    const refuse = refuser(config, context)
    for (const [index, { format }] of filesystems.entries())
      if (format === 'btrfs') refuse(['storage', 'filesystems', index, 'format'], errors.btrfsNotSupported)
    for (const [index, { format }] of filesystems.entries())
      if (format === 'none' && more.includes('format-none'))
        refuse(['storage', 'filesystems', index, 'format'], errors.formatNoneNotSupported)
    for (const [index, { contents, mode }] of listOf(config, 'storage', 'files').entries()) {
      const source = isObject(contents) ? contents['source'] : undefined
      if (typeof source === 'string' && !source.startsWith('data:'))
        refuse(['storage', 'files', index, 'contents', 'source'], errors.sourceNotData)
      if (typeof mode === 'number' && (mode & ~0o777) !== 0 && more.includes('special-modes'))
        refuse(['storage', 'files', index, 'mode'], errors.specialModeNotSupported)
    }
    for (const [index, { name }] of listOf(config, 'passwd', 'users').entries())
      if (name !== 'core') refuse(['passwd', 'users', index, 'name'], errors.userNameNotSupported)
  }
}

/** The empty word that sugar leaves is not meant. */
export const refuseCompression: Step = (_source, config, context) => {
  for (const [index, { contents }] of listOf(config, 'storage', 'files').entries())
    if (isObject(contents) && contents['compression'])
      refuser(config, context)(
        ['storage', 'files', index, 'contents', 'compression'],
        errors.compressionNotSupported,
      )
}

/** Machines cannot append to files: the one with the users of the boot loader is written whole. */
export const replaceGrubAppend: Step = (_source, config, { map }) => {
  for (const [index, file] of listOf(config, 'storage', 'files').entries()) {
    const { append } = file
    if (file['path'] !== grubConfigPath || !Array.isArray(append) || append.length !== 1) continue
    const from = map.source(['storage', 'files', index, 'append', 0])
    file['contents'] = append[0]!
    delete file['append']
    map.addMade(['storage', 'files', index, 'contents'], from)
    return
  }
}

/** What an Ignition config without the MachineConfig around it does not say. */
export const warnOfElided: Step = (source, _config, { add, outputRoot }) => {
  if (outputRoot.length > 0) return
  for (const path of elidedFields(source)) add('warning', path, errors.fieldElided)
}

/** The reference program does not find its way back from there once the MachineConfig is taken off. */
function refuser(config: ObjectValue, context: Context): (place: Path, found: Finding) => void {
  const isRaw = context.outputRoot.length === 0
  return (place, found) => {
    const path = isRaw ? ['spec', 'config', ...snakePath(place)] : tracedSource(config, place, context)
    context.add('error', path, found)
  }
}
