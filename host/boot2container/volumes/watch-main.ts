import { startProgram } from '../../sys/program.ts'
import { decodeUtf8 } from '../../sys/utf8.ts'
import { type WatchTask, watchVolume } from './watch-volume.ts'

// Started by openVolumes() for each volume that is mirrored while containers run. The task comes by standard input.
void startProgram((sys) => {
  let text = ''
  for (let piece = sys.readInput(65_536); piece !== undefined; piece = sys.readInput(65_536))
    text += decodeUtf8(piece)
  watchVolume(sys, JSON.parse(text) as WatchTask)
  return 0
})
