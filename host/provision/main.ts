import { startProgram } from '../sys/program.ts'
import { provisionCommand } from './command.ts'

// Run by PID 1 of the initramfs inside the new root:
// chroot /sysroot qjs --std --no-unhandled-rejection -m /usr/lib/afloat/provision.js
void startProgram(provisionCommand)
