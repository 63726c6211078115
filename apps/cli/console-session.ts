import type { Machine } from '@afloat/vm/machine'

const leaveByte = 0x1d // Ctrl-]

/**
 * Connects the terminal with a machine's console until Ctrl-] is typed, the input ends or the machine does.
 * Ctrl-C goes to the machine.
 */
export async function consoleSession(machine: Machine): Promise<'left' | 'ended'> {
  const { stdin, stdout } = process
  stdout.write('Console of the machine; leave with Ctrl-]\r\n')
  const stopListening = machine.console.listen((chunk) => stdout.write(chunk))
  const left = new Promise<'left'>((resolve) => {
    stdin.on('data', (chunk: Buffer) => {
      const end = chunk.indexOf(leaveByte)
      machine.console.send((end < 0 ? chunk : chunk.subarray(0, end)).toString('utf8'))
      if (end >= 0) resolve('left')
    })
    stdin.on('end', () => resolve('left'))
  })
  if (stdin.isTTY) stdin.setRawMode(true)
  try {
    return await Promise.race([left, machine.exited.then(() => 'ended' as const)])
  } finally {
    stopListening()
    stdin.removeAllListeners('data').removeAllListeners('end')
    if (stdin.isTTY) stdin.setRawMode(false)
    stdin.pause()
    stdin.unref()
    stdout.write('\r\n')
  }
}
