const leapYear = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const time = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?'
const zone = '(?:[Zz]|[+-](?:0[0-9]|1[0-8]):?[0-5][0-9])?'

/** The days that exist, with this between year, month and day. */
function days(separator: string): string {
  return (
    `(?:[0-9]{4}${separator}(?:(?:0[13578]|1[02])${separator}(?:0[1-9]|[12][0-9]|3[01])` +
    `|(?:0[469]|11)${separator}(?:0[1-9]|[12][0-9]|30)|02${separator}(?:0[1-9]|1[0-9]|2[0-8]))` +
    `|${leapYear}${separator}02${separator}29)`
  )
}

/** Pattern, without anchors, of a date of ISO 8601 that exists, with or without a time and a zone. */
export const datePattern: string = `(?:${days('-')}|${days('/')})(?:[Tt ]${time}${zone})?`
