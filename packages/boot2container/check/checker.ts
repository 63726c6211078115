import type { Add } from '@afloat/ignition'
import { nearestName, type Path } from '@afloat/report'
import type { PipelineConfig } from '../config.ts'
import { checkErrors as errors } from './errors.ts'

/** A rule: paths are those of the config. Parts of an incomplete one may come with the extra arguments. */
export type PipelineRule = (config: PipelineConfig, add: Add, isComplete: boolean) => void

export function checkFilesystemName(config: PipelineConfig, name: string, path: Path, add: Add): void {
  const names = config.filesystems.map((one) => one.name)
  if (!names.includes(name))
    add('error', path, errors.unknownFilesystem(name, names, nearestName(name, names)))
}

export function hasCache({ cacheDevice }: PipelineConfig): boolean {
  return cacheDevice.kind !== 'none'
}

/** Says of each name after the first of its kind that it is there already. */
export function checkUnique(what: string, key: string, names: readonly string[], add: Add): void {
  for (const [index, name] of names.entries())
    if (names.indexOf(name) < index) add('error', [key, index], errors.nameTwice(what, name))
}

/** The name after `secret:`, or undefined for a value that stands there itself. */
export function secretName(value: string): string | undefined {
  return value.startsWith('secret:') ? value.slice('secret:'.length) : undefined
}
