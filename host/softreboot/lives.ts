import { dirname } from '../sys/path.ts'
import { replaceFile } from '../sys/replace-file.ts'
import type { Sys } from '../sys/sys.ts'
import type { Life, LifeOutcome } from './life.ts'

/** History of this machine: one JSON object a line, only ever added to. */
export const livesPath = '/var/lib/afloat/lives.jsonl'

/** A life is written when it begins; what is known later follows in lines of its own. */
type Line =
  | ({ readonly kind: 'life' } & Life)
  | { readonly kind: 'up'; readonly id: string; readonly upAtMs: number }
  | { readonly kind: 'outcome'; readonly id: string; readonly outcome: LifeOutcome }

/** Half of the lines go when there are more: decades for a machine that restarts every day. */
const mostLines = 20_000

export function recordLife(sys: Sys, life: Life): void {
  append(sys, { kind: 'life', ...life })
}

export function recordUp(sys: Sys, id: string, upAtMs: number): void {
  append(sys, { kind: 'up', id, upAtMs })
}

/** Adds what the health gate found to a life. The last one counts. */
export function recordOutcome(sys: Sys, life: Pick<Life, 'id'>, outcome: LifeOutcome): void {
  append(sys, { kind: 'outcome', id: life.id, outcome })
}

/** Returns all lives of this machine, oldest first. Lines that a power cut has torn are left out. */
export function readLives(sys: Sys): Life[] {
  return parseLives(sys.readText(livesPath) ?? '')
}

/** Reads the text of the history. */
export function parseLives(text: string): Life[] {
  const lives = new Map<string, Life>()
  for (const line of text.split('\n')) {
    const value = parseLine(line)
    if (value === undefined) continue
    if (value.kind === 'life') {
      const { kind: _, ...life } = value
      lives.set(life.id, life)
      continue
    }
    const life = lives.get(value.id)
    if (life === undefined) continue
    if (value.kind === 'outcome') lives.set(life.id, { ...life, outcome: value.outcome })
    else lives.set(life.id, { ...life, upAtMs: value.upAtMs, ...interruption(life, value.upAtMs) })
  }
  return [...lives.values()]
}

/** The clock may have been set in between. */
function interruption({ previousEndedAtMs }: Life, upAtMs: number): { interruptionMs?: number } {
  if (previousEndedAtMs === undefined || upAtMs < previousEndedAtMs) return {}
  return { interruptionMs: upAtMs - previousEndedAtMs }
}

/**
 * Returns the arguments for `journalctl` that show one life: by the kernel's boot, and between the starts of PID 1 when
 * it is not the only life in that boot. `next` is the life after it, if there is one.
 */
export function lifeLogArgs(life: Life, next: Life | undefined): string[] {
  const args = [`--boot=${life.bootId}`]
  if (life.softReboots > 0) args.push(`--since=@${seconds(life.startedAtMs)}`)
  if (next?.bootId === life.bootId) args.push(`--until=@${seconds(next.startedAtMs)}`)
  return args
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function append(sys: Sys, line: Line): void {
  sys.makeDirs(dirname(livesPath))
  const text = sys.readText(livesPath) ?? ''
  const lines = text.split('\n')
  if (lines.length > mostLines) replaceFile(sys, livesPath, lines.slice(lines.length >> 1).join('\n'))
  // after a cut in the middle of a line, this one must not become part of it
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  sys.appendText(livesPath, `${gap}${JSON.stringify(line)}\n`)
  sys.sync(livesPath)
}

function parseLine(text: string): Line | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined
  try {
    const value = JSON.parse(text) as Line
    return isLine(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isLine(value: Line): boolean {
  if (typeof value.id !== 'string') return false
  if (value.kind === 'up') return typeof value.upAtMs === 'number'
  if (value.kind === 'outcome') return typeof value.outcome?.result === 'string'
  return value.kind === 'life' && typeof value.bootId === 'string' && Array.isArray(value.survivors)
}
