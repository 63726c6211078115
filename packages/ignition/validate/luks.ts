import type { Clevis, Luks, Tang } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import { encodeUtf8 } from '../utf8.ts'
import type { Check, VersionCheck } from './check.ts'
import { checkPath } from './path.ts'
import { checkSource, urlScheme } from './url.ts'

export const checkLuks: VersionCheck<Luks> = (luks, path, add, rules) => {
  const { name = '', label, device, clevis, keyFile, cex } = luks
  if (name.includes('/')) add('error', [...path, 'name'], errors.luksNameSlash(name))
  if (label && encodeUtf8(label).length > 47) add('error', [...path, 'label'], errors.luksLabelLength())
  const badDevice = device ? checkPath(device) : errors.deviceMissing()
  if (badDevice) add('error', [...path, 'device'], badDevice)

  const custom = rules.findsMissing ? clevis?.custom?.pin : clevis?.custom
  if (custom && (clevis?.tang?.length || clevis?.tpm2 || clevis?.threshold))
    add('error', [...path, 'clevis'], errors.clevisCustomWithOthers())
  if (keyFile?.source && checkSource(keyFile.source, rules))
    add('error', [...path, 'keys'], errors.luksKeyFile())

  if (cex?.enabled && clevis && isUsed(clevis)) add('error', [...path, 'cex'], errors.cexWithClevis())
  if (cex?.enabled && keyFile?.source) add('error', [...path, 'cex'], errors.cexWithKeyFile())
}

function isUsed({ custom, tang, tpm2, threshold }: Clevis): boolean {
  return Boolean(custom?.pin || tang?.length || tpm2 || threshold)
}

export const checkClevisCustom: VersionCheck<NonNullable<Clevis['custom']>> = (
  { pin = '', config, needsNetwork },
  path,
  add,
  { findsMissing, clevisPins },
) => {
  if (!pin && !config && !(needsNetwork && findsMissing)) return
  if (!pin && findsMissing) add('error', [...path, 'pin'], errors.clevisPinMissing())
  else if (clevisPins && !clevisPins.includes(pin))
    add('error', [...path, 'pin'], errors.clevisPinUnknown(pin))
  if (!config) add('error', [...path, 'config'], errors.clevisConfigMissing())
}

export const checkTang: Check<Tang> = ({ url = '', thumbprint, advertisement }, path, add) => {
  const scheme = urlScheme(url)
  if (scheme === undefined) add('error', [...path, 'url'], errors.badUrl(url))
  else if (scheme !== 'http' && scheme !== 'https') add('error', [...path, 'url'], errors.badScheme(url))
  if (!thumbprint) add('error', [...path, 'thumbprint'], errors.tangThumbprintMissing())
  if (advertisement && !isJson(advertisement))
    add('error', [...path, 'advertisement'], errors.tangAdvertisement())
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
