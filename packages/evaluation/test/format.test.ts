import { expect, test } from '@jest/globals'
import { count, decimal, duration, money, ofHundred, percent, withInterval } from '../src/report/format.ts'

test('counts have their thousands apart', () => {
  expect([0, 999, 12_345.4].map(count)).toEqual(['0', '999', '12,345'])
})

test('shares have one decimal, two below one per cent, none where that is asked', () => {
  expect([0, 0.0099, -0.0099, 0.01, 0.2468, 1].map((share) => percent(share))).toEqual([
    '0.0 %',
    '0.99 %',
    '-0.99 %',
    '1.0 %',
    '24.7 %',
    '100.0 %',
  ])
  expect([0, 0.0099, 0.01, 0.2468].map((share) => percent(share, 0))).toEqual([
    '0 %',
    '0.99 %',
    '1 %',
    '25 %',
  ])
})

test('numbers have three decimals, small ones two digits, at most six decimals', () => {
  expect(
    [0, 0.1, 0.0999, 0.0512, 0.00123, -0.00123, 0.000123, 1e-9, 12.3456].map((value) => decimal(value)),
  ).toEqual(['0.000', '0.100', '0.100', '0.051', '0.0012', '-0.0012', '0.00012', '0.000000', '12.346'])
  expect([decimal(0.5, 4), decimal(0.00123, 4), decimal(0.01, 1), decimal(0.001, 1)]).toEqual([
    '0.5000',
    '0.0012',
    '0.010',
    '0.0010',
  ])
  expect(withInterval({ value: 0.8534, lower: 0.79, upper: 0.901 })).toBe('0.853 (0.790 to 0.901)')
})

test('money has cents below a hundred, and a currency where it is one', () => {
  expect([0, 99.994, 100, -99.5, -12_345.6].map((value) => money(value, 'USD'))).toEqual([
    '$0',
    '$99.99',
    '$100',
    '-$99.50',
    '-$12,346',
  ])
  expect(money(1_234, null)).toBe('1,234')
  expect(money(0.5, null)).toBe('0.50')
  expect(money(1_234, 'points')).toBe('1,234 points')
  expect(money(1_234, 'usd')).toBe('1,234 usd')
})

test('times are in the unit that reads best', () => {
  expect([0, 0.34, 0.9994, 1, 12.34, 59.94, 60, 200, 3_661].map(duration)).toEqual([
    '0 ms',
    '340 ms',
    '999 ms',
    '1.0 s',
    '12.3 s',
    '59.9 s',
    '1 min 0 s',
    '3 min 20 s',
    '61 min 1 s',
  ])
})

test('a time is rounded before its unit is chosen', () => {
  expect([0.9996, 59.949, 59.96, 119.4, 119.6].map(duration)).toEqual([
    '1.0 s',
    '59.9 s',
    '1 min 0 s',
    '1 min 59 s',
    '2 min 0 s',
  ])
})

test('cases of a hundred are whole, with one decimal below one', () => {
  expect([0, 0.004, 0.0099, 0.01, 0.834, 1].map(ofHundred)).toEqual(['0', '0.4', '1.0', '1', '83', '100'])
})
