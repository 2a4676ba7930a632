import { expect, test } from '@jest/globals'
import { createRandom, Frame, timestampColumn } from '@claims/frame'
import { fitSteps } from '@claims/preprocessing'
import { civilDate, dayOfWeek, isoWeek } from '../src/calendar.ts'
import { featureSteps } from '../src/index.ts'

const day = 86_400_000

/** By Date alone: the ordinal day of the week's Thursday, in sevens. */
function weekByDate(date: Date): number {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * day)
  return Math.ceil(((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / day + 1) / 7)
}

test('every day from 1890 to 2110 has the date, weekday and week of Date', () => {
  const last = Date.UTC(2110, 0, 1) / day
  const wrong: string[] = []
  for (let number = Date.UTC(1890, 0, 1) / day; number < last; number++) {
    const date = new Date(number * day)
    const civil = civilDate(number)
    const found = [civil.year, civil.month, civil.day, dayOfWeek(number), isoWeek(number)]
    const wanted = [
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      (date.getUTCDay() + 6) % 7,
      weekByDate(date),
    ]
    if (found.join() !== wanted.join()) wrong.push(`${date.toISOString()}: ${found.join()}`)
  }
  expect(wrong).toEqual([])
})

test('a turn starts at the top of the circle and has as many steps as the part has values', () => {
  const turns = {
    month: { first: Date.UTC(2024, 0, 1), next: Date.UTC(2024, 1, 1), length: 12 },
    day: { first: Date.UTC(2024, 0, 1), next: Date.UTC(2024, 0, 2), length: 31 },
    // 2024-01-01 is a Monday, in week 1.
    day_of_week: { first: Date.UTC(2024, 0, 1), next: Date.UTC(2024, 0, 2), length: 7 },
    hour: { first: Date.UTC(2024, 0, 1, 0), next: Date.UTC(2024, 0, 1, 1), length: 24 },
    week: { first: Date.UTC(2024, 0, 1), next: Date.UTC(2024, 0, 8), length: 53 },
    quarter: { first: Date.UTC(2024, 0, 1), next: Date.UTC(2024, 3, 1), length: 4 },
    season: { first: Date.UTC(2024, 0, 1), next: Date.UTC(2024, 2, 1), length: 4 },
  }
  for (const [part, { first, next, length }] of Object.entries(turns)) {
    const frame = Frame.fromColumns({ when: timestampColumn([first, next]) })
    const made = fitSteps(
      featureSteps,
      [{ kind: 'date_parts', parameters: { parts: [part], cyclic: true } }],
      {
        frame,
        target: new Uint8Array(2),
        context: { roles: new Map(), random: createRandom(1) },
      },
    ).frame
    const angle = (2 * Math.PI) / length
    const near = [...made.number(`when_${part}_sin`), ...made.number(`when_${part}_cos`)]
    const wanted = [0, Math.sin(angle), 1, Math.cos(angle)]
    expect([part, near.map((value) => value.toFixed(12))]).toEqual([
      part,
      wanted.map((value) => value.toFixed(12)),
    ])
  }
})
