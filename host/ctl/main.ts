import { startProgram } from '../sys/program.ts'
import { ctl } from './ctl.ts'

// /usr/bin/afloatctl runs: qjs --std --no-unhandled-rejection -m /usr/lib/afloat/ctl.js ARGUMENT...
void startProgram(ctl)
