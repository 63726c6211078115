import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePipeline } from '@afloat/boot2container'
import { commonOptions, readRequest } from './plan-container.ts'

function options(cmdline: string): string {
  const { config } = parsePipeline(cmdline)
  const request = readRequest(config.containers[0]!, config)
  const all = commonOptions(config, request, {
    status: 3,
    failedBy: 'a b',
    previous: 'c',
    previousExitCode: '3',
    shutdownMode: 'poweroff',
  })
  return all.join(' ').replace(/ --env .*/, '')
}

test('commonOptions() gives containers all that the reference gives them', () => {
  assert.equal(options('b2c.run=img'), '--rm --privileged --network=host')
})

test('commonOptions() takes privileges away when asked to', () => {
  assert.equal(
    options(
      'b2c.run="--network=none img" b2c.privileged=no b2c.cap_add=net_admin b2c.cap_drop=all b2c.read_only',
    ),
    '--rm --cap-add=NET_ADMIN --cap-drop=ALL --read-only',
  )
})

test('commonOptions() gives the network of the machine to who asks for no other', () => {
  const isGiven = (words: string) => options(`b2c.run="${words}"`).includes('--network=host')
  const cases = [
    '--net none img',
    '--network bridge img',
    '--of-tomorrow --network=none img',
    'img podman run --network=none x',
  ]
  assert.deepEqual(cases.map(isGiven), [false, false, false, true])
})

test('readRequest() takes a pull policy out of the arguments', () => {
  const read = (args: string) => {
    const { config } = parsePipeline(`b2c.run="${args}" b2c.pull=missing`)
    const { image, pull, args: rest } = readRequest(config.containers[0]!, config)
    return [image, pull, rest.join(' ')]
  }
  assert.deepEqual(read('-e A=1 img --pull=never'), ['img', 'missing', '-e A=1 img --pull=never'])
  assert.deepEqual(read('--pull=always -it img'), ['img', 'always', '-it img'])
  assert.deepEqual(read('--pull never -- img x'), ['img', 'never', '-- img x'])
  assert.deepEqual(read('-it'), [undefined, 'missing', '-it'])
})
