import type { Add, Check, ObjectValue } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import { butaneErrors as errors } from '../../errors.ts'
import { containerErrors } from './container-errors.ts'
import { isPodmanName } from './is-podman-name.ts'
import { listWords } from './list-words.ts'
import { parseVolume } from './parse-volume.ts'
import type { Container, Volume, VolumeMount } from './schema.ts'
import { volumeText } from './volume-text.ts'

/** A volume that podman makes. Quadlet takes device and options as they are, so what would need quotes is refused. */
export const checkVolume: Check<ObjectValue> = (value, path, add) => {
  const { name, driver, type, device, options, labels = {} } = value as Volume
  if (!name) add('error', [...path, 'name'], errors.keyMissing('name', 'of the volume'))
  else if (!isPodmanName(name)) add('error', [...path, 'name'], errors.containerName('volume', name))

  for (const [key, word] of Object.entries({ driver, type, device }))
    if (word !== undefined && !PLAIN.test(word))
      add('error', [...path, key], containerErrors.notPlain(key, word))
  for (const [index, option] of (options ?? []).entries())
    if (option !== null && !PLAIN.test(option))
      add('error', [...path, 'options', index], containerErrors.notPlain('option', option))

  for (const [label, text] of Object.entries(labels))
    if (`${label}${text}`.includes('\0')) add('error', [...path, 'labels', label], errors.nulCharacter())

  // Podman's own driver mounts nothing without a device.
  const needs = type !== undefined ? 'type' : listWords(options).length > 0 ? 'options' : undefined
  if (device === undefined && needs !== undefined)
    add('error', [...path, needs], containerErrors.deviceMissing(needs))
}

/** The volumes of a container, in short or as objects. */
export function checkVolumesOf({ volumes = [], survive }: Container, path: Path, add: Add): void {
  for (const [index, volume] of volumes.entries()) {
    // An empty item of YAML is null, whatever the type says.
    if (!volume) continue
    const at: Path = [...path, 'volumes', index]
    const missing = typeof volume === 'string' ? [] : PARTS.filter((part) => !volume[part])
    for (const part of missing) add('error', [...at, part], errors.keyMissing(part, 'of the volume'))
    if (missing.length > 0) continue

    const text = volumeText(volume)
    const parsed = parseVolume(text)
    if (parsed === 'relative') add('error', at, errors.relativeVolume(text))
    else if (parsed === undefined) add('error', at, errors.badVolume(text))
    else if (survive === true && isReplaced(parsed.source))
      add('warning', at, errors.survivorHoldsSystem(parsed.source))
  }
}

/** Whether a path of the host belongs to what an update replaces; `/etc` lies over a folder of `/usr`. */
export function isReplaced(path: string): boolean {
  return /^\/((usr|etc|bin|lib|lib64|sbin)(\/|$)|$)/.test(path)
}

/** The path of the host that a described volume is; undefined for one that podman keeps, or that lies elsewhere. */
export function hostPathOf({ type, device = '', options }: Volume): string | undefined {
  const isBind =
    type === 'none' || type === 'bind' || listWords(options).some((option) => /^r?bind$/.test(option))
  return isBind && device.startsWith('/') ? device : undefined
}

const PARTS = ['source', 'target'] as const satisfies readonly (keyof VolumeMount)[]

/** Visible ASCII without what units or Quadlet give a meaning to. */
const PLAIN = /^[^\s"'\\$%\x00-\x20\x7f-\uffff]+$/
