import { isCollection, isMap, isPair, type Node, type Pair } from 'yaml'

/** Collections in braces that would make a long line, or hold comments, get a line for each of their items. */
export function openLongCollections(contents: unknown, text: string): void {
  const waiting: unknown[] = [contents]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isPair(node)) waiting.push(...partsOf(node))
    if (!isCollection(node)) continue
    if (node.flow && isLong(node, text)) node.flow = false
    // What stays in braces holds only braces.
    if (!node.flow) waiting.push(...(isMap(node) ? node.items.flatMap(partsOf) : node.items))
  }
}

const LONGEST = 80

function isLong(node: Node, text: string): boolean {
  const [start = 0, end = 0] = node.range ?? []
  const source = text.slice(start, end).replaceAll(/\s+/g, ' ')
  return source.length > LONGEST || /(^|\s)#/.test(source)
}

function partsOf({ key, value }: Pair): unknown[] {
  return [key, value]
}
