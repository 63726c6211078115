import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { chooseAccel } from './accel.ts'

/** Nothing of it may be used: whether KVM works is not asked. */
const tools = {} as ToolsTree

test('chooseAccel() emulates another processor than that of this computer', async () => {
  assert.equal((await chooseAccel('auto', tools, 'aarch64')).accel, 'tcg')
  await assert.rejects(chooseAccel('kvm', tools, 'aarch64'), { code: 'vm/no-kvm', message: /processor/ })
})
