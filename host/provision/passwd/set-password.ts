import type { Sys } from '../../sys/sys.ts'
import type { StepOf } from '../plan/step.ts'

/** Sets the password hash of an account. By standard input: arguments are for all to see. */
export function setPassword(sys: Sys, { of, name, hash }: StepOf<'set-password'>): void {
  sys.mustRun([of === 'user' ? 'chpasswd' : 'chgpasswd', '-e'], {
    input: `${name}:${hash}\n`,
    secrets: [hash],
  })
}
