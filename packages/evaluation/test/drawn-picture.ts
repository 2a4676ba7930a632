import { createPictureRenderer, type Picture } from '../src/report/render-picture.ts'

/** A text of a picture; `x` and `y` are where it is anchored, from the upper left corner of the picture. */
export interface DrawnText {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly anchor: string
  readonly fill: string
  /** What the library names the marks: `axis-label`, `axis-title`, `layer_2_marks`. */
  readonly role: string
}

/** A line, an area or a point of a picture by its corners, from the upper left corner of the picture. */
export interface DrawnShape {
  readonly role: string
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly fill: string
  readonly stroke: string
  readonly strokeWidth: number
  readonly dash: string
  readonly opacity: string
}

/** What stands in a picture, and where. */
export interface Drawn {
  readonly width: number
  readonly height: number
  /** What the axes enclose. */
  readonly plot: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  readonly texts: readonly DrawnText[]
  readonly shapes: readonly DrawnShape[]
}

/** Draws a picture and reads back where its texts and shapes lie. */
export async function drawn(picture: Picture): Promise<Drawn> {
  const render = await createPictureRenderer()
  return readSvg((await render(picture)).text)
}

/** How its marks look: what they are, fill, line, width of the line, dashes, and size of a point. */
export function looks({ shapes }: Drawn): string[] {
  const marks = shapes.filter(({ role }) => role.startsWith('layer'))
  return [
    ...new Set(
      marks.map((shape) => {
        const { role, fill, stroke, strokeWidth, dash, opacity, right, left } = shape
        const name = (color: string): string => /var\(--(\w+)\)/.exec(color)?.[1] ?? 'none'
        const size = isRound(shape) ? ` of ${(right - left).toFixed(2)}` : ''
        const line =
          stroke === ''
            ? ''
            : ` line ${name(stroke)} ${String(strokeWidth)}${dash === '' ? '' : ` (${dash})`}`
        const filled =
          fill === '' ? '' : ` ${name(fill)}${opacity === '' || opacity === '1' ? '' : ` at ${opacity}`}`
        return `${role.replace(/_(marks|pathgroup)$/, '')}:${filled}${line}${size}`
      }),
    ),
  ]
}

/** Whether a shape is a point; its middle is `middle`. */
export function isRound({ points }: DrawnShape): boolean {
  return points.length === 3 && points[0]![0] === points[2]![0] && points[0]![1] === points[2]![1]
}

/** Middle of a shape. */
export function middle({ left, right, top, bottom }: DrawnShape): [x: number, y: number] {
  return [(left + right) / 2, (top + bottom) / 2]
}

/** Values of a place of the plot, whose axes go from 0 at the lower left to `right` and `top`. */
export function valuesAt(
  { plot }: Drawn,
  [x, y]: readonly [number, number],
  [right, top]: readonly [number, number] = [1, 1],
): [x: number, y: number] {
  return [((x - plot.left) / plot.width) * right, (1 - (y - plot.top) / plot.height) * top]
}

/** Labels of an axis with the value of the plot that each stands at. */
export function labelsOf(picture: Drawn, axis: 'x' | 'y'): [text: string, at: number][] {
  return picture.texts
    .filter(({ role, anchor }) => role === 'axis-label' && anchor === (axis === 'x' ? 'middle' : 'end'))
    .map(({ text, x, y }) => [
      text,
      // An axis lies on the middle of its pixels; a text's anchor four below its middle.
      Number(valuesAt(picture, [x - 0.5, y - 4.5])[axis === 'x' ? 0 : 1].toFixed(3)),
    ])
}

/** What reaches out of the picture; a letter is taken for as wide as the widest ones are on average. */
export function outside({ width, height, texts, shapes }: Drawn): string[] {
  const letter = 6.4
  const boxes = [
    ...shapes.map(({ role, left, right, top, bottom }) => ({ name: role, left, right, top, bottom })),
    ...texts
      .filter(({ role, anchor }) => !(role === 'axis-title' && anchor === 'middle'))
      .map(({ text, x, y, anchor }) => {
        const long = text.length * letter
        const left = anchor === 'end' ? x - long : anchor === 'middle' ? x - long / 2 : x
        return { name: text, left, right: left + long, top: y - 9, bottom: y + 3 }
      }),
  ]
  return boxes
    .filter(({ left, right, top, bottom }) => left < 0 || top < 0 || right > width || bottom > height)
    .map(({ name, left, right, top, bottom }) => [name, left, right, top, bottom].join(' '))
}

function readSvg(svg: string): Drawn {
  const [, , width, height] = attribute(svg, 'viewBox').split(' ').map(Number)
  const body = svg.replace(/<defs>.*<\/defs>/s, '')
  const texts: DrawnText[] = []
  const shapes: DrawnShape[] = []
  const open: { x: number; y: number; role: string }[] = []
  let plot: Drawn['plot'] | undefined
  for (const { 0: tag, 1: closing, 2: name, index } of body.matchAll(/<(\/?)(g|path|line|text)\b[^>]*>/g)) {
    if (closing === '/') {
      if (name === 'g') open.pop()
      continue
    }
    const parent = open.at(-1) ?? { x: 0, y: 0, role: '' }
    const [dx, dy] = moved(tag)
    const [x, y] = [parent.x + dx, parent.y + dy]
    if (name === 'g') {
      open.push({ x, y, role: roleOf(tag) ?? parent.role })
      continue
    }
    if (tag.includes('class="background"')) {
      const [box] = corners(tag, [x, y])
      const far = corners(tag, [x, y]).at(-2)!
      plot ??= { left: x, top: y, width: far[0] - box![0] || 0, height: far[1] - box![1] || 0 }
      continue
    }
    if (tag.includes('class="foreground"') || attribute(tag, 'opacity') === '0') continue
    const of = { role: parent.role, fill: attribute(tag, 'fill'), stroke: attribute(tag, 'stroke') }
    if (name === 'text') {
      const [text] = body.slice(index + tag.length).split('<')
      texts.push({ ...of, text: text!, x, y, anchor: attribute(tag, 'text-anchor') })
      continue
    }
    const points =
      name === 'line'
        ? ([
            [x, y],
            [x + Number(attribute(tag, 'x2')), y + Number(attribute(tag, 'y2'))],
          ] as const)
        : corners(tag, [x, y])
    const [xs, ys] = [points.map(([a]) => a), points.map(([, b]) => b)]
    shapes.push({
      ...of,
      points,
      left: Math.min(...xs),
      right: Math.max(...xs),
      top: Math.min(...ys),
      bottom: Math.max(...ys),
      strokeWidth: Number(attribute(tag, 'stroke-width') || '0'),
      dash: attribute(tag, 'stroke-dasharray'),
      opacity: attribute(tag, 'fill-opacity') || attribute(tag, 'opacity'),
    })
  }
  return { width: width!, height: height!, plot: plot!, texts, shapes }
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
}

function moved(tag: string): [number, number] {
  const [, x, y] = /translate\(([-\d.e]+),([-\d.e]+)\)/.exec(tag) ?? []
  return [Number(x ?? 0), Number(y ?? 0)]
}

function roleOf(tag: string): string | undefined {
  const [, role, own] = /class="mark-\w+ role-([\w-]+) ?([^"]*)"/.exec(tag) ?? []
  return role === 'mark' ? own : role
}

/** Where the commands of a path end. */
function corners(tag: string, [x, y]: readonly [number, number]): [number, number][] {
  const found: [number, number][] = []
  let at: [number, number] = [x, y]
  for (const [, command, list] of attribute(tag, 'd').matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const numbers = (list!.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number)
    if (command === 'h') at = [at[0] + numbers[0]!, at[1]]
    else if (command === 'v') at = [at[0], at[1] + numbers[0]!]
    else if (command === 'Z' || command === 'z') continue
    else at = [x + numbers.at(-2)!, y + numbers.at(-1)!]
    found.push(at)
  }
  return found
}
