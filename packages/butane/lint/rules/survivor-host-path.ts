import type { Rule } from '../rule.ts'

/**
 * A container that outlives a soft reboot and holds a path of the host. Of `/usr` and `/etc` the compiler already
 * warns in `containers`; other paths may be mounted anew by the next release, and then the container sees the old ones.
 */
export const survivorHostPath: Rule = {
  code: 'lint/survivor-host-path',
  severity: 'warning',
  looksAt: 'volumes of containers that survive a soft reboot, in containers and Quadlet files',
  *find({ containers }) {
    for (const { title, survives, volumes } of containers)
      for (const { text, at } of survives ? volumes : []) {
        const [source = ''] = text.split(':')
        if (!source.startsWith('/')) continue
        const isSlot = /^\/((usr|etc|bin|lib|lib64|sbin)(\/|$)|$)/.test(source)
        if (isSlot && at[0] === 'containers') continue
        yield {
          at,
          message: `Survivor ${title} binds "${source}" of the host: ${isSlot ? 'it holds the old release' : 'after a soft reboot it may not see what the new system mounts there'}`,
          hint: 'Use a named volume, and copy into it what the container needs',
        }
      }
  },
}
