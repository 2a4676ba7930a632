/** Text that is HTML already. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What a template takes: text and numbers are escaped, markup is not, nothing is nothing. */
export type Content = string | number | Markup | null | readonly Content[]

/**
 * Template of HTML in which every value is escaped unless it is markup already.
 *
 * @example
 * html`<td>${'<b>'}</td>`.text // '<td>&lt;b&gt;</td>'
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = parts[0]!
  for (let i = 0; i < values.length; i++) text += rendered(values[i]!) + parts[i + 1]!
  return new Markup(text)
}

/** Text with the five characters of HTML replaced. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function rendered(value: Content): string {
  if (value === null) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value.map(rendered).join('')
}
