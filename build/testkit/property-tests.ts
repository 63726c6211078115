// Loaded before each test file (node --import). Property tests then repeat with AFLOAT_SEED.
import fc from 'fast-check'
import { runsPerProperty } from './property-runs.ts'
import { currentSeed } from './seed.ts'

fc.configureGlobal({
  seed: currentSeed(),
  numRuns: process.env['AFLOAT_SOAK'] === '1' ? runsPerProperty.soak : runsPerProperty.quick,
})
