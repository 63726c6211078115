import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ContainerOutput } from './container-output.ts'

const start = (name: string): string =>
  `\x1b[0Ksection_start:1:b2c_${name}\r\x1b[0K[1.2] heading of ${name}\r\n`
const end = (name: string): string => `\x1b[0Ksection_end:2:b2c_${name}\r\x1b[0K\r\n`

const session = [
  'kernel: hello\r\n',
  end('kernel_boot'),
  start('network'),
  'eth0 is up\r\n',
  end('network'),
  start('container_0'),
  'one\r\ntwo\r\n',
  start('volume_data'),
  'pulling\r\n',
  end('volume_data'),
  'größer\r\nno end of line',
  end('container_0'),
  '[9.87]: Execution is over, pipeline status: 0\r\n',
].join('')

test('ContainerOutput prints what containers print, however it is cut', () => {
  for (const size of [1, 7, 1000]) {
    const printed: Buffer[] = []
    const output = new ContainerOutput((bytes) => printed.push(bytes))
    const bytes = Buffer.from(session)
    for (let at = 0; at < bytes.length; at += size) output.push(bytes.subarray(at, at + size))
    assert.equal(Buffer.concat(printed).toString(), 'one\ntwo\ngrößer\nno end of line')
  }
})
