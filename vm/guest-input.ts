import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AfloatError } from '@afloat/report'

export type Credentials = Readonly<Record<string, string | Uint8Array>>

/** Measured with OVMF: a little less than 64 KiB of strings arrive whole, and of more none at all. */
const maxTotalBytes = 60_000
/** Longer credentials go another way (fw_cfg), to leave room here. */
const maxCredentialBytes = 8_000

/** What is handed to a guest before it runs, sorted by the way it goes. */
export type GuestInputs = {
  /** SMBIOS type 11. */
  readonly oemStrings: readonly string[]
  /** QEMU firmware configuration: name to content. */
  readonly fwCfg: Readonly<Record<string, Uint8Array>>
}

/**
 * Returns the "OEM strings" that hand a guest credentials and kernel arguments, and what is too long for them.
 * systemd imports the credentials; the boot stub of a unified kernel image appends the arguments.
 * Throws `vm/too-much-input`.
 * Source: systemd.system-credentials(7), systemd-stub(7), smbios-type-11(7).
 */
export function guestInputs(given: {
  credentials?: Credentials
  kernelArgs?: readonly string[]
  fwCfg?: Readonly<Record<string, string | Uint8Array>>
}): GuestInputs {
  const oemStrings: string[] = []
  const fwCfg: Record<string, Uint8Array> = {}
  for (const [name, value] of Object.entries(given.fwCfg ?? {})) fwCfg[name] = Buffer.from(value)
  for (const [name, value] of Object.entries(given.credentials ?? {})) {
    const bytes = Buffer.from(value)
    if (bytes.length > maxCredentialBytes) fwCfg[`opt/io.systemd.credentials/${name}`] = bytes
    // base64 whatever the value is: a string table cannot hold NUL, and an empty string would end it
    else oemStrings.push(`io.systemd.credential.binary:${name}=${bytes.toString('base64')}`)
  }
  const args = given.kernelArgs ?? []
  if (args.length > 0) oemStrings.push(`io.systemd.stub.kernel-cmdline-extra=${args.join(' ')}`)
  checkSizes(oemStrings, fwCfg)
  return { oemStrings, fwCfg }
}

/** Writes one file per input into `dir` and returns the QEMU arguments: no escaping of what the values hold. */
export async function guestInputArgs(inputs: GuestInputs, dir: string): Promise<string[]> {
  const args: string[] = []
  const file = async (content: string | Uint8Array): Promise<string> => {
    const path = join(dir, `guest-input-${args.length / 2}`)
    await writeFile(path, content, { mode: 0o600 })
    return escapeOption(path)
  }
  for (const text of inputs.oemStrings) args.push('-smbios', `type=11,path=${await file(text)}`)
  for (const [name, bytes] of Object.entries(inputs.fwCfg))
    args.push('-fw_cfg', `name=${escapeOption(name)},file=${await file(bytes)}`)
  return args
}

/** Escapes a value inside a QEMU option list: a comma is written twice. */
export function escapeOption(value: string): string {
  return value.replaceAll(',', ',,')
}

function checkSizes(oemStrings: readonly string[], fwCfg: GuestInputs['fwCfg']): void {
  const total = oemStrings.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
  if (total > maxTotalBytes) {
    throw new AfloatError(
      'vm/too-much-input',
      `Cannot hand ${total} bytes of kernel arguments and credentials to the machine: room for ${maxTotalBytes}`,
    )
  }
  const long = Object.keys(fwCfg).find((name) => name.length > 55) // QEMU's FW_CFG_MAX_FILE_PATH
  if (long !== undefined)
    throw new AfloatError(
      'vm/too-much-input',
      `Cannot hand over "${long}": name has more than 55 characters`,
      {
        hint: `Give a credential of more than ${maxCredentialBytes} bytes a shorter name`,
      },
    )
}
