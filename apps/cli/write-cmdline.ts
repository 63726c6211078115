import { writeFileSync } from 'node:fs'
import { formatCmdline, LONGEST_CMDLINE, type PipelineConfig } from '@afloat/boot2container'
import type { ArgumentsSigner } from '@afloat/build/sign-arguments'
import type { Compiled } from '@afloat/butane'
import { AfloatError, Report } from '@afloat/report'
import { systemProblem } from './local-files.ts'

export interface CmdlineOptions {
  /** File for the command line; default: returned. */
  readonly output?: string
  /** File for what does not fit it. */
  readonly extraArgs?: string
  /** Bytes of the command line; default: what the kernel takes. */
  readonly limit?: number
  /** What signs that file. */
  readonly signer?: ArgumentsSigner
}

/**
 * Writes the command line of a compiled pipeline, and the file of extra arguments if it is asked for. Returns a report of
 * what cannot be written, else the line for standard output. Throws `b2c/…` for what is wrong with the options.
 */
export function writeCmdline(
  { config, place, addTo }: NonNullable<Compiled['pipeline']>,
  { output, extraArgs, limit = LONGEST_CMDLINE, signer }: CmdlineOptions,
): Report | string {
  const keyed = withKey(config, signer)
  const { cmdline, extraArguments, issues } = formatCmdline(keyed, { limitBytes: limit })
  const report = new Report()
  for (const issue of issues) addTo(report, { ...issue, path: place(issue.path) })
  if (!report.isEmpty) return report

  if (extraArguments !== undefined && extraArgs === undefined)
    throw new AfloatError('b2c/extra-args-file', 'Cannot write all on the command line: it is too long', {
      hint: 'Pass --extra-args FILE, and offer the file at extra_args_url',
    })
  if (extraArgs !== undefined) {
    if (keyed.extraArgs === undefined)
      throw new AfloatError(
        'b2c/extra-args-url',
        'Cannot use extra arguments: nothing says where they will be',
        {
          hint: 'Give boot_containers an extra_args_url',
        },
      )
    if (keyed.extraArgs.publicKeys.length > 0 && signer === undefined)
      throw new AfloatError('b2c/key-missing', 'Cannot sign extra arguments: there is no private key', {
        hint: 'Pass --key NAME.key of a pair whose public key is in extra_args_key',
      })
    const text = extraArguments ?? ''
    write(extraArgs, signer === undefined ? text : signer.sign(text))
  }
  if (output === undefined) return `${cmdline}\n`
  write(output, `${cmdline}\n`)
  return ''
}

/** The machine must know the key: it is added where the file names none. */
function withKey(config: PipelineConfig, signer: ArgumentsSigner | undefined): PipelineConfig {
  const { extraArgs } = config
  if (signer === undefined || extraArgs === undefined) return config
  const { publicKey } = signer
  if (extraArgs.publicKeys.length === 0)
    return { ...config, extraArgs: { ...extraArgs, publicKeys: [publicKey] } }
  if (extraArgs.publicKeys.includes(publicKey)) return config
  throw new AfloatError('b2c/wrong-key', 'Cannot sign with this key: the machine would not know it', {
    hint: `Add "${publicKey}" to extra_args_key, or sign with the key of one that is there`,
  })
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o644 })
  } catch (cause) {
    throw new AfloatError('b2c/unwritable-file', `Cannot write "${path}": ${systemProblem(cause, path)}`, {
      cause,
    })
  }
}
