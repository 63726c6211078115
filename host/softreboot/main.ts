import { startProgram } from '../sys/program.ts'
import { softRebootCommand } from './command.ts'

// qjs --std --no-unhandled-rejection -m /usr/lib/afloat/softreboot.js begin|record|up|end|assemble|discard|kexec|pins|release|bless
void startProgram(softRebootCommand)
