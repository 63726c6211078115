import type { Add } from '@afloat/ignition'
import { nearestName, type Path } from '@afloat/report'
import type { PipelineConfig } from '../config.ts'
import { checkFilesystemName, checkUnique, type PipelineRule, secretName } from './checker.ts'
import { checkErrors as errors } from './errors.ts'

/** Secrets are named, found and used. */
export const checkSecrets: PipelineRule = (config, add, isComplete) => {
  const { secrets, s3Aliases, volumes } = config
  checkUnique(
    'Secret',
    'secrets',
    secrets.map(({ name }) => name),
    add,
  )
  const used = new Set<string>()
  const use = (what: string, value: string, path: Path) => {
    const name = secretName(value)
    if (name === undefined) add('warning', path, errors.secretInClear(what))
    else {
      used.add(name)
      checkSecretName(config, name, path, add)
    }
  }
  for (const [index, { key, secret }] of s3Aliases.entries()) {
    // The key is a name; people who keep it secret too may.
    if (secretName(key) !== undefined) use('Key of the S3 alias', key, ['s3Aliases', index, 'key'])
    use('Secret of the S3 alias', secret, ['s3Aliases', index, 'secret'])
  }
  for (const [index, { fscryptKey }] of volumes.entries())
    if (fscryptKey !== undefined) use('Key of the volume', fscryptKey, ['volumes', index, 'fscryptKey'])
  for (const [index, { name, source }] of secrets.entries()) {
    if (source.kind === 'file') checkFilesystemName(config, source.filesystem, ['secrets', index], add)
    if (!used.has(name) && isComplete) add('warning', ['secrets', index], errors.unusedSecret(name))
  }
}

function checkSecretName({ secrets }: PipelineConfig, name: string, path: Path, add: Add): void {
  const names = secrets.map((secret) => secret.name)
  if (!names.includes(name)) add('error', path, errors.unknownSecret(name, names, nearestName(name, names)))
}
