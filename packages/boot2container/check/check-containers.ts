import type { Add } from '@afloat/ignition'
import { nearestName, type Path } from '@afloat/report'
import type { Container, PipelineConfig } from '../config.ts'
import { parseImage } from '../parse-image.ts'
import { SWITCH_OPTIONS, VALUE_OPTIONS } from '../podman-options.ts'
import { readContainer } from '../read-container.ts'
import { SHELL_SYNTAX } from '../split-arguments.ts'
import type { PipelineRule } from './checker.ts'
import { checkErrors as errors } from './errors.ts'

export const checkContainers: PipelineRule = (config, add, isComplete) => {
  const { containers, services, postContainers } = config
  const hasOthers = services.length > 0 || postContainers.length > 0
  if (containers.length === 0 && isComplete) {
    if (hasOthers)
      add('warning', services.length > 0 ? ['services', 0] : ['postContainers', 0], errors.onlyServices())
    else add('error', [], errors.nothingToRun())
  }
  for (const key of ['services', 'containers', 'postContainers'] as const)
    for (const [index, container] of config[key].entries())
      checkContainer(config, container, [key, index], add)
}

function checkContainer(config: PipelineConfig, { args }: Container, path: Path, add: Add): void {
  const { image, command, options, length, unknownOption } = readContainer(args)
  const argument = (at: number): Path => [...path, 'args', at]
  if (unknownOption !== undefined) {
    const long = unknownOption.replace(/^-+|=.*$/gs, '')
    const nearest = nearestName(long, [...VALUE_OPTIONS, ...SWITCH_OPTIONS])
    const shown = unknownOption.replace(/=.*$/s, '')
    add('error', argument(length), errors.unknownOption(shown, nearest && `--${nearest}`))
  } else if (image === undefined) add('error', path, errors.imageMissing())
  else checkImage(config, image, argument(length), add)

  const isShell = /^(\/(usr\/)?bin\/)?(ba|da|a|z)?sh$/.test(command[0] ?? '')
  const strange = isShell ? -1 : command.findIndex((word) => SHELL_SYNTAX.test(word))
  if (strange >= 0) add('warning', argument(length + 1 + strange), errors.shellSyntax(command[strange]!))

  for (const { name, value, at } of options)
    if (name === 'volume') checkMount(config, value, argument(at), add)
}

function checkImage({ imagePolicy }: PipelineConfig, image: string, path: Path, add: Add): void {
  // podman's other transports name files and stores.
  if (/^(oci|oci-archive|docker-archive|docker-daemon|dir|containers-storage):/.test(image)) return
  const parsed = parseImage(image.replace(/^docker:\/\//, ''))
  if (!parsed) add('error', path, errors.badImage(image))
  if (parsed?.registry === '') add('warning', path, errors.noRegistry(image))
  if (imagePolicy.requireDigest && parsed?.digest === '') add('error', path, errors.digestMissing(image))
}

/** podman makes a volume of any name, so a mistyped one would go unnoticed. */
function checkMount({ volumes }: PipelineConfig, mount: string, path: Path, add: Add): void {
  const source = mount.split(':')[0]!
  const names = volumes.map(({ name }) => name)
  if (source.startsWith('/') || !mount.includes(':') || names.includes(source)) return
  const nearest = nearestName(source, names)
  if (nearest !== undefined) add('warning', path, errors.unknownVolume(source, nearest))
}

/** What containers may do, and which images may run. */
export const checkPolicy: PipelineRule = (config, add) => {
  const { privileged, addCapabilities, dropCapabilities, imagePolicy } = config
  if (privileged && addCapabilities.length > 0)
    add('warning', ['b2c.cap_add'], errors.grantedAnyway('b2c.cap_add'))
  if (privileged && dropCapabilities.length > 0)
    add('warning', ['b2c.cap_drop'], errors.grantedAnyway('b2c.cap_drop'))
  if (imagePolicy.requireSignature && imagePolicy.publicKeys.length === 0)
    add('error', ['b2c.require'], errors.signatureWithoutKey())
}
