/** A stream of pseudo-random numbers that a seed repeats exactly. */
export type SeededRandom = {
  readonly seed: number
  /** A number from 0 up to, not including, 1. */
  ratio(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  pick<T>(list: readonly T[]): T
  /** A copy of `list` in another order. */
  shuffle<T>(list: readonly T[]): T[]
  /** A stream of its own for `label`, whatever else has been drawn from this one. */
  fork(label: string): SeededRandom
}

/**
 * Returns the random numbers of this test run, by default from `AFLOAT_SEED`, which `afloat test` sets and
 * prints. Give each test its own stream with `fork`: then it draws the same numbers when it runs alone.
 */
export function seededRandom(seed: number = currentSeed()): SeededRandom {
  let state = seed >>> 0
  const ratio = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    return mulberry32(state) / 2 ** 32
  }
  const int = (min: number, max: number): number => min + Math.floor(ratio() * (max - min + 1))
  return {
    seed,
    ratio,
    int,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('Cannot pick from a list: it is empty')
      return list[int(0, list.length - 1)]!
    },
    shuffle: (list) => {
      const copy = [...list]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(0, i)
        ;[copy[i], copy[j]] = [copy[j]!, copy[i]!]
      }
      return copy
    },
    fork: (label) => seededRandom(hash(`${seed}/${label}`)),
  }
}

let drawn: number | undefined

/** The seed of this test run. Without `AFLOAT_SEED` it draws one and tells it on standard error. */
export function currentSeed(): number {
  const given = process.env['AFLOAT_SEED']
  if (given !== undefined && given !== '') return parseSeed(given)
  if (drawn === undefined) {
    drawn = randomSeed()
    console.error(`AFLOAT_SEED=${drawn}`)
  }
  return drawn
}

/** A new seed: a whole number of 31 bits, because fast-check takes signed ones. */
export function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 31)
}

/** Reads a seed as a person types it; throws RangeError for anything but a whole number below 2^31. */
export function parseSeed(text: string): number {
  const seed = Number(text)
  if (!/^\d+$/.test(text) || seed >= 2 ** 31) {
    throw new RangeError(`Cannot use seed "${text}": expected a whole number from 0 to ${2 ** 31 - 1}`)
  }
  return seed
}

function mulberry32(state: number): number {
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return (t ^ (t >>> 14)) >>> 0
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** Whether this test run looks longer (`afloat test --soak`). */
export function isSoak(): boolean {
  return process.env['AFLOAT_SOAK'] === '1'
}
