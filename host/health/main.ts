import { startProgram } from '../sys/program.ts'
import { guard } from './guard.ts'
import { watchLife } from './life.ts'

// qjs --std --no-unhandled-rejection -m /usr/lib/afloat/health.js life|guard
void startProgram((sys, [role]) => {
  if (role === 'life') return watchLife(sys)
  if (role === 'guard') return guard(sys)
  sys.log('Usage: health.js life|guard')
  return 2
})
