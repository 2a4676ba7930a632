import { html, type Markup } from './html.ts'

/** Drawn pictures by id. */
export type Drawn = ReadonlyMap<string, { readonly title: string; readonly svg: Markup }>

/** Pictures beside each other, each with its caption; a picture that was not drawn is left out. */
export function figures(drawn: Drawn, captions: readonly (readonly [string, string])[]): Markup {
  return html`<div class="figures">
    ${captions.map(([id, caption]) => {
      const picture = drawn.get(id)
      if (picture === undefined) return null
      return html`<figure>
        <figcaption>${picture.title}</figcaption>
        ${picture.svg} ${caption === '' ? null : html`<p>${caption}</p>`}
      </figure>`
    })}
  </div>`
}
