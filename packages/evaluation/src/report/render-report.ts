import { readableName } from '@claims/contracts'
import type { Drawn } from './figures.ts'
import { firstScreen } from './first-screen.ts'
import { html, Markup } from './html.ts'
import { candidatePicture } from './pictures/candidate-picture.ts'
import { curvePictures } from './pictures/curve-pictures.ts'
import { driverPictures } from './pictures/driver-pictures.ts'
import { scorePictures } from './pictures/score-pictures.ts'
import { createPictureRenderer, type Picture } from './render-picture.ts'
import type { ReportInput } from './report-input.ts'
import { sections } from './sections.ts'
import { styles } from './styles.ts'

/**
 * `report.html`: one file that needs no network and no script. Its first screen is for a reader who is no data
 * scientist; pictures are inline SVG that follow the light or dark scheme. The same input gives the same bytes.
 *
 * @param input stored facts and the scored test rows
 * @returns a whole HTML document; everything that comes from data is escaped
 * @throws ClaimsError `label_single_class`, `length_mismatch`, `empty_data`, `invalid_value` for impossible test rows
 * @example
 * await writeFile('report.html', await renderReport(input))
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const drawn = await draw([
    ...curvePictures(input),
    ...scorePictures(input),
    ...driverPictures(input),
    ...candidatePicture(input),
  ])
  const parts = sections(input, drawn)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${readableName(input.blueprint.name)}: model report</title>
        <style>
          ${new Markup(styles)}
        </style>
      </head>
      <body>
        <div class="wrap">
          ${firstScreen(input)}
          <nav aria-label="Sections">
            <ul>
              ${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
          <main>
            ${parts.map(
              ({ id, title, body }) =>
                html`<section class="section" id="${id}" aria-labelledby="${id}-heading">
                  <h2 id="${id}-heading">${title}</h2>
                  ${body}
                </section> `,
            )}
          </main>
        </div>
      </body>
    </html> `.text
}

async function draw(pictures: readonly Picture[]): Promise<Drawn> {
  const render = await createPictureRenderer()
  const drawn = new Map<string, { title: string; svg: Markup }>()
  for (const picture of pictures) drawn.set(picture.id, { title: picture.title, svg: await render(picture) })
  return drawn
}
