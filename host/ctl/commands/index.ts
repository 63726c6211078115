import type { Command } from '../command.ts'
import { boots } from './boots.ts'
import { check } from './check.ts'
import { logs } from './logs.ts'
import { pins } from './pins.ts'
import { plan } from './plan.ts'
import { rollback } from './rollback.ts'
import { status } from './status.ts'
import { survivors } from './survivors.ts'
import { update } from './update.ts'

/** In the order of `--help`. */
export const commands: readonly Command[] = [
  status,
  check,
  plan,
  update,
  rollback,
  boots,
  logs,
  survivors,
  pins,
]
