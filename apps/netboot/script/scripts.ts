import { describeIdentity, type Identity } from '../identity.ts'
import { cmdlineSettings, formatCmdline, setting } from './format-cmdline.ts'

const retryMs = 10_000

/**
 * The script that all machines begin with: says who asks, and asks again for as long as there is nothing to boot.
 * `base` is empty where the machine's own script lies beside this one, else it ends in a slash.
 */
export function chainScript(base: string): string {
  const facts = { mac: 'netX/mac:hexhyp', uuid: 'uuid', arch: 'buildarch', platform: 'platform' }
  const query = Object.entries(facts).map(([name, fact]) => `${name}=${setting(fact)}`)
  const prompt = `prompt --key s --timeout ${retryMs} Did not boot: press s for a shell, or wait ${retryMs / 1000} s to ask again`
  return lines(
    ':ask',
    `chain --autofree ${base}boot.ipxe?${query.join('&')} ||`,
    `${prompt} && shell ||`,
    'goto ask',
  )
}

export type BootChoice = {
  readonly identity: Identity
  readonly machine?: string
  readonly profile?: string
  /** Names of files, beside the script below `files/`. */
  readonly kernel: string
  /** In this order they become one. */
  readonly initrds: readonly string[]
  readonly cmdline: string
}

/** Starts a kernel. Whatever fails ends the script, and the one that called it goes on. */
export function bootScript({ identity, machine, profile, kernel, initrds, cmdline }: BootChoice): string {
  const what = `${machine ?? 'a machine that is not listed'}${profile === undefined ? '' : `, profile ${profile}`}`
  return lines(
    `echo Afloat boots ${what}`,
    `echo ${describeIdentity(identity)}`,
    'imgfree',
    cmdlineSettings,
    `kernel files/${kernel} ${formatCmdline(cmdline)}`,
    ...initrds.map((name) => `initrd files/${name}`),
    'boot',
  )
}

/** For a machine that nothing is there for. It is an answer, not an error: of those iPXE shows only the number. */
export function refusalScript(identity: Identity): string {
  return lines(
    `echo Afloat does not know ${describeIdentity(identity)}`,
    'echo Add it to the file of machines, or give that a default profile',
    'exit 1',
  )
}

function lines(...all: readonly string[]): string {
  return ['#!ipxe', ...all, ''].join('\n')
}
