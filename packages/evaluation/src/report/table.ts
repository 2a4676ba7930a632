import { html, type Content, type Markup } from './html.ts'

/** A column of a table. */
export interface TableColumn {
  readonly title: string
  /** Numbers are set right. */
  readonly numeric?: boolean
}

/** A table that scrolls sideways where it must; the first cell of a row is its header. */
export function table(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Content[])[],
): Markup {
  const side = (i: number): string => (columns[i]?.numeric === true ? 'number' : 'text')
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title }, i) => html`<th scope="col" class="${side(i)}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, i) =>
                i === 0
                  ? html`<th scope="row" class="${side(i)}">${cell}</th>`
                  : html`<td class="${side(i)}">${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
