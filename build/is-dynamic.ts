import { open } from 'node:fs/promises'

const PT_DYNAMIC = 2

/**
 * Says whether a file is a 64-bit, little-endian ELF file that is linked dynamically.
 * Source: System V ABI, "Program Header"
 */
export async function isDynamic(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const header = Buffer.alloc(64)
    await file.read(header, 0, 64, 0)
    if (header.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return false
    const [at, size, count] = [header.readBigUInt64LE(32), header.readUInt16LE(54), header.readUInt16LE(56)]
    const table = Buffer.alloc(size * count)
    await file.read(table, 0, table.length, Number(at))
    for (let i = 0; i < count; i++) if (table.readUInt32LE(i * size) === PT_DYNAMIC) return true
    return false
  } finally {
    await file.close()
  }
}
