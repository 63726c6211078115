import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StageEvent } from '@afloat/boot2container'
import { splitByStage } from './b2c.ts'

const event = (stage: string, state: StageEvent['state'], atMs: number, tookMs?: number): StageEvent => ({
  apiVersion: 'afloat/v1',
  kind: 'Stage',
  stage,
  state,
  atMs,
  ...(tookMs === undefined ? {} : { tookMs }),
})

test('stages add up to the time from power-on, and the network is not counted as the container', () => {
  const events = [
    event('kernel', 'done', 3000, 3000),
    event('cache', 'started', 3700),
    event('cache', 'done', 3900, 200),
    event('container', 'started', 4000),
    event('network', 'started', 4000),
    event('network', 'done', 4300, 300),
  ]
  assert.deepEqual(splitByStage(events, { firmwareMs: 900, helloMs: 4500, firstMs: 7000 }), {
    firmware: 900,
    kernel: 3000,
    devices: 700,
    cache: 200,
    settings: 100,
    network: 300,
    container: 1800,
  })
})

test('a machine without a report has firmware, kernel and container', () => {
  assert.deepEqual(splitByStage([], { firmwareMs: 900, helloMs: 3400, firstMs: 3700 }), {
    firmware: 900,
    kernel: 2500,
    devices: 0,
    cache: 0,
    settings: 0,
    network: 0,
    container: 300,
  })
})
