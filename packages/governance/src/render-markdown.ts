import type { Fact, FactValue } from './fact.ts'
import type { DocumentSection, FactTable, GovernanceDocument } from './governance-document.ts'

/**
 * A document as Markdown. Texts of data are escaped, so none of them becomes a heading, a link or HTML.
 *
 * @param document to render
 * @returns Markdown that ends with a line end; the same document gives the same bytes
 * @example
 * await writeFile('card.md', renderMarkdown(await exportDocument(opened, { kind: 'model-card', model: 'fraud' })))
 */
export function renderMarkdown(document: GovernanceDocument): string {
  const { title, subject, generated_at: at, statement, missing } = document
  const lacks =
    missing === 0
      ? 'No field is missing.'
      : `${String(missing)} ${missing === 1 ? 'field is' : 'fields are'} missing and shown as **missing**.`
  return (
    [
      `# ${escapeMarkdown(title)}`,
      `${escapeMarkdown(subject)}, made ${at}. ${lacks}`,
      escapeMarkdown(statement),
      ...document.sections.flatMap(sectionLines),
    ].join('\n\n') + '\n'
  )
}

function sectionLines({ title, note, facts = [], table }: DocumentSection): string[] {
  return [
    `## ${escapeMarkdown(title)}`,
    ...(note === undefined ? [] : [escapeMarkdown(note)]),
    ...(facts.length === 0 ? [] : [factTable(facts)]),
    ...(table === undefined ? [] : [rowsOf(table)]),
  ]
}

function factTable(facts: readonly Fact[]): string {
  return lines(
    ['Field', 'Value', 'Record'],
    facts.map((one) =>
      one.value === null
        ? [escapeMarkdown(one.label), '**missing**', escapeMarkdown(one.missing)]
        : [escapeMarkdown(one.label), escapeMarkdown(textOf(one.value)), escapeMarkdown(one.record)],
    ),
  )
}

function rowsOf({ columns, rows }: FactTable): string {
  if (rows.length === 0) return 'None.'
  return lines(
    [...columns.map(escapeMarkdown), 'Record'],
    rows.map(({ cells, record }) => [
      ...cells.map((cell) => (cell === null ? '**missing**' : escapeMarkdown(textOf(cell)))),
      escapeMarkdown(record),
    ]),
  )
}

function lines(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(titles), `|${titles.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n')
}

/** A value for a reader. */
function textOf(value: FactValue): string {
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? value : value.join(', ')
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(6)))
}

function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*[\]|#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\$&`)
    .replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
}
