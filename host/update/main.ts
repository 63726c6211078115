import { startProgram } from '../sys/program.ts'
import { updateCommand } from './command.ts'
import { machineHost } from './machine-host.ts'
import { serve } from './varlink/serve.ts'

// Run by afloat-update.service (`run`), and for each connection by afloat-update@.service (`serve`):
// qjs --std --no-unhandled-rejection -m /usr/lib/afloat/update.js run
void startProgram((sys, args) =>
  args[0] === 'serve' ? serve(sys) : updateCommand(sys, machineHost(sys), args),
)
