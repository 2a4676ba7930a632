import type { Lineage, LineageKind } from './lineage.ts'

/** How a kind of node is drawn: what stands before and after its label. */
const shapes: Readonly<Record<LineageKind, readonly [string, string]>> = {
  data: ['[("', '")]'],
  column: ['["', '"]'],
  feature: ['("', '")'],
  bundle: ['[["', '"]]'],
  version: ['{{"', '"}}'],
  decision: ['>"', '"]'],
}

/**
 * A lineage as a flow chart of Mermaid, for a document or a page that draws it.
 *
 * @param of what `lineage` gives
 * @returns lines that end with a line break; labels hold no character that Mermaid reads
 */
export function lineageMermaid({ nodes, edges }: Lineage): string {
  const numbers = new Map(nodes.map(({ id }, i) => [id, `n${String(i)}`]))
  const lines = [
    'flowchart LR',
    ...nodes.map(({ id, kind, label }) => {
      const [before, after] = shapes[kind]
      return `  ${numbers.get(id) ?? ''}${before}${escaped(label)}${after}`
    }),
    ...edges.map(
      ({ from, to, label }) => `  ${numbers.get(from) ?? ''} -->|${label}| ${numbers.get(to) ?? ''}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

/** Letters, digits and harmless signs stay; every other character is written as its number, as Mermaid takes it. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} _@.,:/+-]/gu, (char) => `#${String(char.codePointAt(0))};`)
}
