import type { TopLevelSpec } from 'vega-lite'
import { escapeHtml, Markup } from './html.ts'

/**
 * Colours of pictures. Each is a colour that nothing else uses; the finished SVG has the CSS variable of the same name
 * in its place, so that pictures follow the reader's light or dark scheme.
 */
export const pictureColors = {
  ink: '#010101',
  muted: '#020202',
  grid: '#030303',
  accent: '#040404',
  contrast: '#050505',
  surface: '#060606',
  band: '#070707',
} as const

/** Width and height that every picture is drawn for; cards scale it by no more than a third. */
export const pictureSize = { width: 340, height: 240 } as const

/** A picture to draw. */
export interface Picture {
  /** Unique in the report, a-z and dashes. */
  readonly id: string
  readonly title: string
  /** What it shows, in words, for those who cannot see it. */
  readonly description: string
  readonly spec: TopLevelSpec
}

/** Draws pictures as SVG. */
export type PictureRenderer = (picture: Picture) => Promise<Markup>

/** Loads the plotting library, which costs a few hundred milliseconds, when a report is made and not before. */
export async function createPictureRenderer(): Promise<PictureRenderer> {
  // One after the other: Jest's module loader cannot link shared dependencies of two imports at once.
  const vega = await import('vega')
  const { compile } = await import('vega-lite')
  const silent = vega.logger(vega.Error)
  return async ({ id, title, description, spec }) => {
    const compiled = compile(spec, { config: pictureConfig, logger: silent }).spec
    const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger: silent })
    try {
      return new Markup(themed(await view.toSVG(), { id, title, description }))
    } finally {
      view.finalize()
    }
  }
}

function themed(svg: string, { id, title, description }: Omit<Picture, 'spec'>): string {
  const size =
    /viewBox="([^"]+)"/.exec(svg)?.[1] ?? `0 0 ${String(pictureSize.width)} ${String(pictureSize.height)}`
  const open =
    `<svg viewBox="${size}" role="img" aria-labelledby="${id}-title ${id}-text">` +
    `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-text">${escapeHtml(description)}</desc>`
  let body = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1)
  for (const [name, color] of Object.entries(pictureColors)) body = body.replaceAll(color, `var(--${name})`)
  const definitions = [...new Set([...body.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!))]
  definitions.forEach((name, i) => {
    const own = `${id}-d${String(i)}`
    body = body.replaceAll(`id="${name}"`, `id="${own}"`).replaceAll(`url(#${name})`, `url(#${own})`)
  })
  return open + body
}

const { ink, muted, grid } = pictureColors

const pictureConfig = {
  aria: false,
  background: 'transparent',
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  padding: 4,
  view: { stroke: null },
  axis: {
    labelColor: muted,
    titleColor: muted,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: grid,
    domainColor: grid,
    tickColor: grid,
    ticks: false,
    labelPadding: 6,
    tickCount: 5,
  },
  axisX: { grid: false, labelFlush: false, labelPadding: 10 },
  axisY: { domain: false },
  legend: {
    labelColor: ink,
    labelFontSize: 12,
    orient: 'top',
    direction: 'horizontal',
    title: null,
    symbolSize: 90,
    offset: 4,
    columnPadding: 16,
  },
  text: { fontSize: 12, fill: ink },
  line: { strokeWidth: 2, strokeCap: 'round', strokeJoin: 'round' },
} as const
