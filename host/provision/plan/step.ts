import type { Contents } from '../fetch/contents.ts'

/**
 * One thing to do to the machine. A plan is a list of them: printed as the shell lines a person would type,
 * compared in tests, and executed in order. `place` is the entry of the config that asks for it.
 */
export type Step = { place: string } & (
  | { kind: 'command'; argv: readonly string[] }
  | { kind: 'set-password'; of: 'user' | 'group'; name: string; hash: string }
  | { kind: 'install-keys'; user: string; keys: readonly string[] }
  | ({ kind: 'directory' } & NodeStep)
  | ({ kind: 'file'; contents?: Contents; append: readonly Contents[] } & NodeStep)
  | { kind: 'link'; target: string; hard: boolean; path: string; overwrite: boolean; owner: StepOwner }
  | { kind: 'unmask'; path: string }
  | { kind: 'enable-unit'; name: string }
  | { kind: 'disable-unit'; name: string }
  | { kind: 'check-hostname' }
)

export type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>

export type NodeStep = {
  path: string
  /** Replaces what is there. */
  overwrite: boolean
  /** Without one: 0644 for a file and 0755 for a folder that is made now, no change otherwise. */
  mode?: number
  owner: StepOwner
}

/** By name or number. Without one: what is there keeps its owner, new things belong to root, or to the owner of the home they are in. */
export type StepOwner = { user?: string | number; group?: string | number }
