import { startProgram } from '../sys/program.ts'
import { survivorsCommand } from './command.ts'

// qjs --std --no-unhandled-rejection -m /usr/lib/afloat/survivors.js mark|netns|list|check
void startProgram(survivorsCommand)
