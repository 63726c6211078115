import { startProgram } from '../sys/program.ts'
import { boot } from './boot.ts'

// Started by PID 1, the script init.sh, which afterwards does what /run/afloat/next says.
void startProgram(boot)
