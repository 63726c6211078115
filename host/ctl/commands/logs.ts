import { AfloatError } from '@afloat/report'
import type { Life } from '../../softreboot/life.ts'
import { lifeLogArgs, readLives } from '../../softreboot/lives.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'

export const logs: Command = {
  name: 'logs',
  usage: '[--boot N] [-- JOURNALCTL-OPTION...]',
  summary: 'Show the log of one start of this system',
  details:
    'Numbers are those of "afloatctl boots": 0 is the running one, -1 the one before. What comes after -- is for journalctl.',
  options: [{ name: '--boot', value: 'N', summary: 'Which start; 0 by default' }],
  takesRest: true,
  run(sys, { json, options, rest }) {
    const lives = readLives(sys)
    const index = findLife(lives, options.get('boot') ?? '0')
    const range = lifeLogArgs(lives[index]!, lives[index + 1])
    const output = json ? ['--output=json'] : []
    const stream = sys.openStream(['journalctl', '--no-pager', ...range, ...output, ...rest])
    const bytes = new Uint8Array(65_536)
    try {
      for (let count = stream.fill(bytes); count > 0; count = stream.fill(bytes))
        sys.writeOutput(bytes.subarray(0, count))
    } catch (error) {
      // Whoever read it has seen enough, as with "afloatctl logs | head".
      if (!(error instanceof AfloatError) || error.details['errno'] !== 'EPIPE') throw error
    }
    const { code, stderr } = stream.close()
    if (stderr !== '') sys.log(stderr.trimEnd())
    return code === 0 ? exitCodes.ok : exitCodes.failed
  },
}

/** Returns the place in the list for a number as in "-1". */
export function findLife(lives: readonly Life[], text: string): number {
  const number = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  const index = lives.length - 1 + number
  if (number <= 0 && index >= 0) return index
  throw new AfloatError('ctl/no-such-boot', `Cannot show the log of boot "${text}": there is no such boot`, {
    hint:
      lives.length === 0
        ? 'No boot was recorded yet'
        : `Give a number from ${1 - lives.length} to 0; see "afloatctl boots"`,
  })
}
