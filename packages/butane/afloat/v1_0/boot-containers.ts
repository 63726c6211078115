import { checkPipeline, readParameters } from '@afloat/boot2container'
import { Located } from '@afloat/boot2container/located'
import { splitArguments } from '@afloat/boot2container/split-arguments'
import { type Add, type Check, isFilled, type ObjectValue } from '@afloat/ignition'
import type { Finding, Path } from '@afloat/report'
import type { PipelineOf } from '../../variant.ts'
import { bootErrors as errors } from './boot-errors.ts'
import { bootParameters } from './boot-parameters.ts'

/** Whether a file describes a pipeline of boot2container. */
export function hasBootContainers(source: ObjectValue): boolean {
  return 'boot_containers' in source
}

/** By object: what it cannot be without. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  boot_filesystem: ['name', 'src'],
  boot_volume: ['name'],
  boot_s3_alias: ['alias', 'url', 'key', 'secret'],
  boot_interface: ['name'],
  boot_secret: ['name', 'from'],
}

/** Checks of the objects of a pipeline, by name. */
export const bootContainersChecks: Readonly<Record<string, Check<ObjectValue>>> = {
  boot_container: checkContainer,
  ...Object.fromEntries(Object.entries(REQUIRED).map(([object, fields]) => [object, requireFields(fields)])),
}

function checkContainer(value: ObjectValue, path: Path, add: Add): void {
  if (!value['image']) add('error', [...path, 'image'], errors.imageMissing())
  for (const key of ['options', 'command']) {
    const text = value[key]
    if (typeof text === 'string' && 'unclosedAt' in splitArguments(new Located(text, (at) => at)))
      add('error', [...path, key], errors.unclosedQuote(key))
  }
}

function requireFields(fields: readonly string[]): Check<ObjectValue> {
  return (value, path, add) => {
    for (const field of fields) if (!value[field]) add('error', [...path, field], errors.fieldMissing(field))
  }
}

/**
 * Reads the pipeline of a file and checks it, as if it stood on a command line. What the file holds beside it would be for
 * nobody, and is an error.
 */
export const readBootContainers = (source: ObjectValue, add: Add): PipelineOf => {
  for (const [key, value] of Object.entries(source))
    if (!BESIDE.has(key) && isFilled(value)) add('error', [key], errors.withoutSystem(key))

  const { parameters, path: pathOf } = bootParameters(source)
  const draft = readParameters(parameters)
  const { config, findings } = draft
  const say = (severity: Parameters<Add>[0], path: Path, found: Finding) => add(severity, path, inYaml(found))
  for (const { severity, spot, ...found } of findings) say(severity, pathOf(spot), found)

  const place = (path: Path): Path => {
    const spot = draft.spotOf(path)
    return spot === undefined ? ['boot_containers'] : pathOf(spot)
  }
  // Extra arguments, if there are any, will be what the file says too.
  for (const { severity, path, ...found } of checkPipeline(config, { isComplete: true }))
    say(severity, place(path), found)
  return { config, place }
}

/** What a file with a pipeline may hold as well: the hostname is that of the pipeline. */
const BESIDE: ReadonlySet<string> = new Set([
  'variant',
  'version',
  'hostname',
  'boot_containers',
  'variables',
  'include',
])

/** Keys of the file are named as the parameters, without `b2c.`. */
function inYaml<Some extends Finding>(found: Some): Some {
  const { message, hint } = found
  const change = (text: string) => text.replaceAll(/\bb2c\.(?=[a-z])/g, '')
  return { ...found, message: change(message), ...(hint === undefined ? {} : { hint: change(hint) }) }
}
