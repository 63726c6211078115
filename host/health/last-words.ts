import type { Sys } from '../sys/sys.ts'

const mostLines = 3
const mostCharacters = 300

/**
 * Returns in one line what the processes of a unit have said last; "" for no unit, and for one that said nothing. They
 * may have said anything, secrets too: it is for the machine's own history, and not for an update server.
 */
export function lastWords(sys: Sys, unit: string | undefined): string {
  if (unit === undefined) return ''
  const argv = ['journalctl', '--quiet', '--no-pager', '--output=cat', `--lines=${mostLines}`]
  const { stdout } = sys.run([...argv, `_SYSTEMD_UNIT=${unit}`], { timeoutMs: 10_000 })
  const words = stdout
    .split('\n')
    .map((line) => line.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim())
    .filter((line) => line !== '')
    .join(' | ')
  return words.length > mostCharacters ? `${words.slice(0, mostCharacters)}…` : words
}
