import assert from 'node:assert/strict'
import { test } from 'node:test'
import { largestRss } from './touched-memory.ts'

test("a machine's memory is the largest mapping for data; code that was translated is none", () => {
  const smaps = `7fa7d3e00000-7fa813e00000 rw-p 00000000 00:00 0
Size:            1048576 kB
KernelPageSize:        4 kB
Rss:              288768 kB
Pss:              288768 kB
7fa81c000000-7fa89c000000 rwxp 00000000 00:00 0
Size:            2097152 kB
Rss:               65532 kB
55d0a0000000-55d0a0100000 rw-p 00000000 00:00 0                          [heap]
Size:               1024 kB
Rss:                 512 kB
VmFlags: rd wr mr mw me ac sd
`
  assert.equal(largestRss(smaps), 288768 * 1024)
})
