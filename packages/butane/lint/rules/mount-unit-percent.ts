import { isObject } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Found, Rule } from '../rule.ts'

/** systemd replaces `%` and the letter after it in the mount unit that is made of a file system. */
export const mountUnitPercent: Rule = {
  code: 'lint/mount-unit-percent',
  severity: 'error',
  looksAt: 'storage.filesystems with with_mount_unit',
  *find({ source }) {
    const storage = isObject(source['storage']) ? source['storage'] : {}
    const filesystems = Array.isArray(storage['filesystems']) ? storage['filesystems'] : []
    for (const [index, filesystem] of filesystems.entries()) {
      if (!isObject(filesystem) || filesystem['with_mount_unit'] !== true) continue
      const at: Path = ['storage', 'filesystems', index]
      // A swap unit has no path.
      const fields = filesystem['format'] === 'swap' ? ['device'] : ['device', 'path']
      for (const field of fields) yield* percent(filesystem[field], field, [...at, field])
      const options = filesystem['mount_options']
      if (Array.isArray(options))
        for (const [option, text] of options.entries())
          yield* percent(text, 'mount option', [...at, 'mount_options', option])
    }
  },
}

function* percent(text: unknown, what: string, at: Path): Generator<Found> {
  const found = typeof text === 'string' ? /%./.exec(text.replaceAll('%%', ''))?.[0] : undefined
  const last = typeof text === 'string' && text.replaceAll('%%', '').endsWith('%')
  if (found === undefined && !last) return
  yield {
    at,
    message: `${capital(what)} holds "${found ?? '%'}", which systemd replaces in the mount unit that is made of it`,
    hint: 'Leave out the percent sign, or drop with_mount_unit and write a unit with "%%" in its place',
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
