/** A fenced block of a Markdown text. */
export interface Fence {
  /** What follows the opening fence, such as `ts no-run`. */
  readonly info: string
  readonly text: string
  /** 1-based line of the opening fence. */
  readonly line: number
}

/** A link of a Markdown text. */
export interface Link {
  readonly target: string
  readonly line: number
}

/** The fenced blocks of a text, in order. @throws Error when a fence is not closed */
export function fences(markdown: string): Fence[] {
  const found: Fence[] = []
  let open: { marker: string; info: string; line: number; text: string[] } | undefined
  markdown.split('\n').forEach((text, i) => {
    const fence = /^\s*(`{3,}|~{3,})(.*)$/.exec(text)
    if (open === undefined) {
      if (fence !== null)
        open = { marker: fence[1] ?? '', info: (fence[2] ?? '').trim(), line: i + 1, text: [] }
    } else if (fence?.[1]?.startsWith(open.marker) === true && fence[2]?.trim() === '') {
      found.push({ info: open.info, line: open.line, text: open.text.join('\n') + '\n' })
      open = undefined
    } else {
      open.text.push(text)
    }
  })
  if (open !== undefined) throw new Error(`the fence of line ${String(open.line)} is not closed`)
  return found
}

/** The text with every line of its fenced blocks emptied, so that line numbers stay. */
export function withoutFences(markdown: string): string {
  const lines = markdown.split('\n')
  for (const { line, text } of fences(markdown)) lines.fill('', line - 1, line + text.split('\n').length)
  return lines.join('\n')
}

/** Targets of links and images outside of fenced blocks and of inline code. */
export function links(markdown: string): Link[] {
  return withoutFences(markdown)
    .split('\n')
    .flatMap((text, i) =>
      [...text.replace(/`[^`]*`/g, '').matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|href)="([^"]+)"/g)].map(
        (match) => ({ target: match[1] ?? match[2] ?? '', line: i + 1 }),
      ),
    )
}

/** Anchors of the headings of a text, as GitHub makes them. */
export function anchors(markdown: string): Set<string> {
  const seen = new Map<string, number>()
  const found = new Set<string>()
  for (const match of withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    found.add(count === 0 ? slug : `${slug}-${String(count)}`)
  }
  return found
}

/** Cells of the one table of a text, without its header and rule. @throws Error unless there is exactly one table */
export function tableRows(markdown: string): string[][] {
  const lines = withoutFences(markdown).split('\n')
  const rules = lines.flatMap((text, i) => (/^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(text) ? [i] : []))
  const [rule] = rules
  if (rule === undefined || rules.length > 1)
    throw new Error(`expected one table, found ${String(rules.length)}`)
  const end = lines.findIndex((text, i) => i > rule && !text.startsWith('|'))
  return lines.slice(rule + 1, end === -1 ? undefined : end).map((text) =>
    text
      .trim()
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  )
}
