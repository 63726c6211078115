// Runs the stages named on the command line: the gate of `npm run check`, apart from the command-line program
// so that a mistake in that does not disable it.
import { runStages } from './run-stages.ts'
import { currentSeed, isSoak } from './seed.ts'
import { stages } from './stages.ts'

const names = process.argv.slice(2)
process.exitCode = await runStages(
  stages.filter((stage) => names.includes(stage.name)),
  { seed: currentSeed(), soak: isSoak() },
)
