// Loaded before each test file (node --import). Property tests then repeat with AFLOAT_SEED.
import fc from 'fast-check'
import { runsPerProperty } from './property-runs.ts'
import { currentSeed, isSoak } from './seed.ts'

fc.configureGlobal({
  seed: currentSeed(),
  numRuns: isSoak() ? runsPerProperty.soak : runsPerProperty.quick,
})
